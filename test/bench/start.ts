import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openEventLog } from '../../server/store/event-log.ts'
import type { EventLog } from '../../server/store/event-log.ts'
import { startHistorian } from '../../server/store/historian.ts'
import { districtLife } from '../support/district-life.ts'
import type { Told } from '../support/district-life.ts'
import { registryWith } from '../support/registry.ts'
import type { Loaded } from './start-load.ts'

export interface StartFigures {
  readonly name: string
  readonly entries: number
  readonly logBytes: number
  readonly checkpointBytes: number
  /** making the checkpoint, in the historian's thread */
  readonly checkpointMs: number
  /** a new process opening the stores, the world and the recorder: by folding the whole log */
  readonly fromLog: Loaded
  /** the same with a checkpoint and `sinceCheckpoint` entries after it */
  readonly fromCheckpoint: Loaded
  readonly sinceCheckpoint: number
}

const sinceCheckpoint = 10_000

/** Measures how long the stores of a server take to be ready on a log of `entries`: about 200 days of a county, realistic in kinds and row sizes. */
export async function startFigures(entries = 1_000_000): Promise<StartFigures> {
  const directory = mkdtempSync(join(tmpdir(), 'yiping-start-'))
  try {
    const log = openEventLog({ directory })
    const life = districtLife({
      from: Date.UTC(2026, 4, 1),
      days: 10_000,
      ordersPerDay: 500,
      indicators: ['satisfaction', 'on_time_rate', 'data_growth'],
    })
    write(log, life, entries - sinceCheckpoint)
    const checkpointMs = await checkpoint(directory)
    write(log, life, entries)
    const written = log.lastSeq
    log.close()
    const fromCheckpoint = await load(directory)
    const checkpointBytes = sizeOf(join(directory, 'checkpoints'))
    rmSync(join(directory, 'checkpoints'), { recursive: true })
    const fromLog = await load(directory)
    return {
      name: `start on ${String(written)} entries`,
      entries: written,
      logBytes: sizeOf(directory),
      checkpointBytes,
      checkpointMs,
      fromLog,
      fromCheckpoint,
      sinceCheckpoint,
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Rows as they would be, one for each minute and feed, though with one commit for many. */
function write(log: EventLog, life: Generator<Told>, upTo: number): void {
  while (log.lastSeq < upTo) {
    const told = Array.from({ length: 500 }, () => life.next().value as Told)
    log.append(
      told.map(({ feed, facts }) => ({ feed, facts: facts.map((fact) => JSON.stringify(fact)) })),
      told[0]?.at ?? 0,
    )
  }
}

async function checkpoint(directory: string): Promise<number> {
  const configurationModule = new URL('../store/worker-configuration.ts', import.meta.url).href
  const historian = startHistorian({ directory, configDirectory: directory, configurationModule, feeds: [...registryWith().feeds.values()] })
  const began = performance.now()
  await historian.checkpoint()
  const ms = performance.now() - began
  await historian.close()
  return ms
}

async function load(directory: string): Promise<Loaded> {
  const program = fileURLToPath(new URL('./start-load.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program, directory])
  // as: start-load.ts prints exactly this
  return JSON.parse(stdout) as Loaded
}

const sizeOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
