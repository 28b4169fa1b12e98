import { parentPort, workerData } from 'node:worker_threads'
import type { loadConfiguration } from '../configuration/load.ts'
import type { Registry } from '../core/registry.ts'
import { StorageFullError } from '../core/storage-full.ts'
import { openLogReader } from './event-log.ts'
import type { Answer, HistorianOptions, Question } from './historian-messages.ts'
import { HistoryDesk } from './history-desk.ts'
import { Past } from './past.ts'

/** The historian's thread: answers one question after the other. */

interface ConfigurationModule {
  readonly loadConfiguration: typeof loadConfiguration
}

/** What is behind the thread: the folded past, and the past of single figures. */
interface Desk {
  readonly past: Past
  readonly history: HistoryDesk
}

// as: the one who starts this worker, historian.ts, is ours
const options = workerData as HistorianOptions
let opening: Promise<Desk> | undefined

parentPort?.on('message', ({ id, question }: { id: number; question: Question }) => {
  void answerTo(question).then((answer) => parentPort?.postMessage({ id, answer }))
})

async function answerTo(question: Question): Promise<Answer> {
  try {
    return await answer(question, await (opening ??= open()))
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error), isStorageFull: error instanceof StorageFullError }
  }
}

async function answer(question: Question, { past, history }: Desk): Promise<Answer> {
  switch (question.kind) {
    case 'checkpoint': {
      const seq = past.checkpoint()
      // not waited for: the checkpoint is there. So the first question about a figure finds most of the log taken in
      history.catchUp().catch((error: unknown) => report(`the history was not brought up to date: ${reasonOf(error)}`))
      return { kind: 'checkpoint', seq }
    }
    case 'state-at':
      return { kind: 'state-at', state: past.stateAt(question.topics, question.at) }
    case 'stretch':
      return { kind: 'stretch', stretch: past.stretch(question.asked) }
    case 'viewings':
      return { kind: 'viewings', viewings: past.viewings(question.query) }
    case 'curve':
      return { kind: 'curve', curve: await history.curve(question.asked) }
    case 'latest':
      return { kind: 'latest', sample: await history.latest(question.series, question.at) }
  }
}

const report = (problem: string): void => void process.stderr.write(`${problem}\n`)
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

async function open(): Promise<Desk> {
  try {
    return await openOnce()
  } catch (error) {
    // a configuration that is mended meanwhile is read with the next question
    opening = undefined
    throw error
  }
}

async function openOnce(): Promise<Desk> {
  const registry = await loadRegistry()
  const { directory } = options
  const log = openLogReader(directory)
  return { past: new Past({ log, registry, directory, report }), history: new HistoryDesk({ log, registry, directory, report }) }
}

async function loadRegistry(): Promise<Registry> {
  const module = options.configurationModule ?? new URL('../configuration/load.ts', import.meta.url).href
  // as: the server's own loader, or one that promises to be like it
  const { loadConfiguration } = (await import(module)) as ConfigurationModule
  const loaded = loadConfiguration(options.configDirectory, 'ignored')
  if (loaded.ok) return { ...loaded.value, feeds: new Map(options.feeds.map((feed) => [feed.id, feed])) }
  const problems = loaded.error.map(({ file, path, problem }) => `${file} ${path}: ${problem}`)
  throw new Error(`the historian cannot read the configuration:\n${problems.join('\n')}`)
}
