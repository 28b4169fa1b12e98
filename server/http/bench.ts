import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import type {
  Catalogue,
  FeedFile,
  FeedStatus,
  FeedStatusList,
  SampleAnswer,
  SaveAnswer,
  SaveRequest,
  TailAnswer,
  TailLine,
  TryAnswer,
  TryRequest,
} from '../../contract/bench.ts'
import { readJsonBody } from './json-body.ts'
import { ProblemError, sendJson } from './problem.ts'
import type { Access, Route, Visit } from './route.ts'

/** What these routes need of the feeds behind them. */
export interface BenchRooms {
  readonly bench: {
    /** where the feeds' files lie */
    readonly folder: string
    list(): readonly FeedStatus[]
    file(id: string): FeedFile | undefined
    version(id: string, version: number): string | undefined
    /** undefined when no feed of this id runs */
    tail(id: string, after: number): readonly TailLine[] | undefined
    try(request: TryRequest): Promise<TryAnswer>
    sample(yaml: string): Promise<SampleAnswer>
    save(request: SaveRequest): Promise<SaveAnswer | 'conflict'>
    rollBack(id: string, version: number): Promise<SaveAnswer | 'conflict' | undefined>
    remove(id: string): Promise<boolean>
  }
  readonly catalogue: () => Catalogue
}

/** A sample may be a workbook in base64. */
const largestTry = 16 * 1024 * 1024
const largestYaml = 128 * 1024

const yaml = z.string().max(largestYaml)
const sample = z.strictObject({
  body: z.string(),
  encoding: z.enum(['text', 'hex', 'base64']),
  origin: z.string().max(400).default(''),
  contentType: z.string().max(200).optional(),
})
const tryRequest = z.strictObject({ yaml, sample: sample.optional() })
const sampleRequest = z.strictObject({ yaml })
const saveBase = z.strictObject({ feed: z.string().max(64), version: z.int().min(0) })
const saveRequest = z.strictObject({ yaml, basedOn: saveBase.nullable() })
const rollBackRequest = z.strictObject({ version: z.int().min(1) })

/** 接入台: everything `/desk/feeds` and `npm run feed` ask for. Looking and trying is for the desk; what changes a feed, for an administrator. */
export function benchRoutes({ bench, catalogue }: BenchRooms): readonly Route[] {
  return [
    get('/api/bench/feeds', () => ({ folder: bench.folder, feeds: bench.list() }) satisfies FeedStatusList),
    get('/api/bench/catalogue', () => catalogue()),
    get('/api/bench/feeds/:feed', ({ params }) => bench.file(feedIn(params)) ?? unknownFeed(params)),
    get('/api/bench/feeds/:feed/versions/:version', ({ params }) => {
      const found = bench.version(feedIn(params), Number(params['version']))
      if (found === undefined) throw new ProblemError('not-found', 'this feed has no such version; GET /api/bench/feeds/<feed> lists them')
      return { yaml: found }
    }),
    get('/api/bench/feeds/:feed/tail', ({ params, query }): TailAnswer => {
      const lines = bench.tail(feedIn(params), Number(query.get('after') ?? 0))
      return lines === undefined ? unknownFeed(params) : { lines }
    }),
    post(
      '/api/bench/try',
      { access: 'desk', shape: tryRequest, like: '{"yaml": "id: …", "sample": {"body": "…", "encoding": "text", "origin": ""}}', most: largestTry },
      (request) => bench.try(request),
    ),
    post('/api/bench/sample', { access: 'admin', shape: sampleRequest, like: '{"yaml": "id: …"}', most: largestTry }, (request) =>
      bench.sample(request.yaml),
    ),
    post('/api/bench/save', { access: 'admin', shape: saveRequest, like: '{"yaml": "id: …", "basedOn": null}', most: largestTry }, async (request) =>
      settled(await bench.save(request), request.basedOn === null ? taken : changedSince),
    ),
    post(
      '/api/bench/feeds/:feed/roll-back',
      { access: 'admin', shape: rollBackRequest, like: '{"version": 1}', most: 1_000 },
      async ({ version }, { params }) => {
        const answer = await bench.rollBack(feedIn(params), version)
        if (answer === undefined) throw new ProblemError('not-found', 'this feed has no such version')
        return settled(answer, changedSince)
      },
    ),
    post('/api/bench/feeds/:feed/remove', { access: 'admin', shape: z.strictObject({}), like: '{}', most: 1_000 }, async (_request, { params }) => {
      const id = feedIn(params)
      return (await bench.remove(id)) ? ({ id, version: undefined, problems: [] } satisfies SaveAnswer) : unknownFeed(params)
    }),
  ]
}

const feedIn = (params: Visit['params']): string => params['feed'] ?? ''

function unknownFeed(params: Visit['params']): never {
  throw new ProblemError('not-found', `no feed is called ${JSON.stringify(feedIn(params).slice(0, 40))}; GET /api/bench/feeds lists them`)
}

const changedSince = 'the file was changed since you began; look at its newest version, and save again on top of it'
const taken = 'id: it is taken, another feed has it; give the new feed another id, or save on top of that feed’s newest version'

function settled(answer: SaveAnswer | 'conflict', conflict: string): SaveAnswer {
  if (answer !== 'conflict') return answer
  throw new ProblemError('conflict', conflict)
}

function get(path: string, answer: (visit: Visit) => object): Route {
  return { method: 'GET', path, access: 'desk', handler: (_request, response, visit) => sendJson(response, 200, answer(visit)) }
}

interface Asked<T> {
  readonly access: Access
  /** an example of the body, told to whoever sends another */
  readonly like: string
  readonly shape: z.ZodType<T>
  /** bytes of the body */
  readonly most: number
}

function post<T>(path: string, { access, shape, like, most }: Asked<T>, answer: (request: T, visit: Visit) => Promise<object>): Route {
  const handler = async (request: IncomingMessage, response: ServerResponse, visit: Visit): Promise<void> => {
    sendJson(response, 200, await answer(await readJsonBody(request, shape, like, most), visit))
  }
  return { method: 'POST', path, access, handler }
}
