import { parentPort, workerData } from 'node:worker_threads'
import type { loadConfiguration } from '../configuration/load.ts'
import type { Registry } from '../core/registry.ts'
import { openLogReader } from './event-log.ts'
import type { Answer, HistorianOptions, Question } from './historian-messages.ts'
import { Past } from './past.ts'

/** The historian's thread: answers one question after the other. */

interface ConfigurationModule {
  readonly loadConfiguration: typeof loadConfiguration
}

// as: the one who starts this worker, historian.ts, is ours
const options = workerData as HistorianOptions
let opening: Promise<Past> | undefined

parentPort?.on('message', ({ id, question }: { id: number; question: Question }) => {
  void answerTo(question).then((answer) => parentPort?.postMessage({ id, answer }))
})

async function answerTo(question: Question): Promise<Answer> {
  try {
    const past = await (opening ??= open())
    if (question.kind === 'checkpoint') return { kind: 'checkpoint', seq: past.checkpoint() }
    return { kind: 'state-at', state: past.stateAt(question.topics, question.at) }
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) }
  }
}

async function open(): Promise<Past> {
  try {
    return await openOnce()
  } catch (error) {
    // a configuration that is mended meanwhile is read with the next question
    opening = undefined
    throw error
  }
}

async function openOnce(): Promise<Past> {
  const registry = await loadRegistry()
  return new Past({
    log: openLogReader(options.directory),
    registry,
    directory: options.directory,
    report: (problem) => process.stderr.write(`${problem}\n`),
  })
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
