import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Configuration } from '../../contract/configuration.ts'
import { monthPattern, monthWords, proposalSchema, typedFiguresSchema } from '../../contract/entry.ts'
import type { EntryCheck, EntryItemKey, EntryProblem, EntrySheet, Proposal, ProposedFigure, TypedFigures } from '../../contract/entry.ts'
import type { EntryFact, Fact } from '../../contract/fact.ts'
import { topicName } from '../../contract/topic.ts'
import type { EntryState } from '../../contract/decision.ts'
import type { Clock } from '../core/clock.ts'
import { readBody } from './body.ts'
import { signerOf } from './command.ts'
import type { Commands, RecordFacts } from './command.ts'
import { decisionFact, proposalFact, refuseDecision } from './entry-decisions.ts'
import { readJsonBody } from './json-body.ts'
import { ProblemError, sendJson } from './problem.ts'
import type { Route, Visit } from './route.ts'
import type { StateRooms } from './state.ts'

/** What these routes need of manual entry. */
export interface EntryRooms {
  readonly clock: Clock
  readonly commands: Commands
  readonly world: Pick<StateRooms['world'], 'read'>
  readonly configuration: Pick<Configuration, 'districts' | 'app'>
  readonly entryDesk: {
    /** why nothing can be entered for a district and month, in words */
    refusalOf(district: string, month: string): string | undefined
    lastMonth(district: string): string
    sheet(district: string, month: string): EntrySheet
    template(district: string, month: string): Promise<{ readonly fileName: string; readonly bytes: Buffer }>
    checkFile(district: string, bytes: Buffer): Promise<EntryCheck>
    checkTyped(typed: TypedFigures): EntryCheck
    judge(district: string, month: string, figures: readonly ProposedFigure[], waiting?: string): Pick<EntryCheck, 'figures' | 'problems'>
    factsOf(entry: EntryState): readonly Fact[]
    monthOf(entry: EntryState, district: string): string
  }
  /** Records an approval with its figures as facts of the feed `manual`: all of them or none. */
  readonly recordEntered: RecordFacts
}

/** Bytes of a returned sheet: a template has about ten thousand. */
const largestFile = 2 * 1024 * 1024
const largestJson = 1024 * 1024
const proposalLike = '{"district": "620802", "month": "2026-10", "figures": [{"input": "queries_sampled", "value": 120}], "note": "10月抽查"}'
const typedLike = '{"district": "620802", "month": "2026-10", "figures": [{"input": "queries_sampled", "text": "1.2万"}]}'
const sheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** 填报: the month's sheet, out and back, and entries that two people sign. */
export function entryRoutes(rooms: EntryRooms): readonly Route[] {
  const { entryDesk } = rooms
  const uploads = new Set<string>()
  const decide =
    (action: Decision): Route['handler'] =>
    async (_request, response, visit) => {
      const entry = visit.params['id'] ?? ''
      entryCalled(rooms, entry)
      const { id, state, at, by } = await decided(rooms, action, entry, signerOf(visit))
      sendJson(response, 200, { id, state, at, by })
    }
  return [
    {
      method: 'GET',
      path: '/api/entries/sheet',
      access: 'desk',
      handler: (_request, response, visit) => sendJson(response, 200, entryDesk.sheet(...placeIn(rooms, visit))),
    },
    {
      method: 'GET',
      path: '/api/entries/template',
      access: 'desk',
      handler: (_request, response, visit) => sendTemplate(rooms, response, visit),
    },
    {
      method: 'POST',
      path: '/api/entries/check',
      access: 'desk',
      handler: (request, response, visit) => check({ ...rooms, uploads }, request, response, visit),
    },
    {
      method: 'POST',
      path: '/api/entries',
      access: 'desk',
      handler: async (request, response, visit) => {
        const asked = await readJsonBody(request, proposalSchema, proposalLike, largestJson)
        const { id, at, by } = await propose(rooms, asked, signerOf(visit))
        sendJson(response, 200, { id, at, by })
      },
    },
    { method: 'POST', path: '/api/entries/:id/approve', access: 'desk', handler: decide('approve') },
    { method: 'POST', path: '/api/entries/:id/reject', access: 'desk', handler: decide('reject') },
    { method: 'POST', path: '/api/entries/:id/withdraw', access: 'desk', handler: decide('withdraw') },
  ]
}

type Decision = 'approve' | 'reject' | 'withdraw'
const stateAfter = { approve: 'approved', reject: 'rejected', withdraw: 'withdrawn' } as const

async function sendTemplate(rooms: EntryRooms, response: ServerResponse, visit: Visit): Promise<void> {
  const { fileName, bytes } = await rooms.entryDesk.template(...placeIn(rooms, visit))
  response.writeHead(200, {
    'content-type': sheetType,
    'content-length': bytes.length,
    'content-disposition': `attachment; filename="entries.xlsx"; filename*=UTF-8''${encodeURIComponent(fileName)}`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(bytes)
}

interface CheckRooms extends EntryRooms {
  /** sessions of which a file is being read: each may hold one in memory, and no more */
  readonly uploads: Set<string>
}

async function check(rooms: CheckRooms, request: IncomingMessage, response: ServerResponse, visit: Visit): Promise<void> {
  const { entryDesk } = rooms
  if (request.headers['content-type']?.startsWith('application/json') === true) {
    const typed = await readJsonBody(request, typedFiguresSchema, typedLike, largestJson)
    refuseWrong(rooms, typed.district, typed.month)
    sendJson(response, 200, entryDesk.checkTyped(typed))
    return
  }
  const [district] = placeIn(rooms, visit)
  sendJson(response, 200, await oneUpload(rooms.uploads, visit, async () => entryDesk.checkFile(district, await fileIn(request))))
}

async function oneUpload<T>(uploads: Set<string>, { sessionId }: Visit, read: () => Promise<T>): Promise<T> {
  if (uploads.has(sessionId))
    throw new ProblemError('busy', 'a file of this session is being checked already; wait for its answer, then send the next')
  uploads.add(sessionId)
  try {
    return await read()
  } finally {
    uploads.delete(sessionId)
  }
}

async function fileIn(request: IncomingMessage): Promise<Buffer> {
  const { outcome, bytes } = await readBody(request, { limit: largestFile, keptWhenCut: 0, reserve: () => undefined })
  if (outcome === 'whole') return bytes
  throw new ProblemError('too-large', `body: more than ${String(largestFile)} bytes; send the filled-in template alone, without pictures`)
}

/** @throws ProblemError naming the figure that cannot be taken */
async function propose(rooms: EntryRooms, asked: Proposal, by: string): Promise<EntryFact> {
  const { commands, clock, entryDesk } = rooms
  const { district, month } = asked
  return await commands.run((): EntryFact => {
    refuseWrong(rooms, district, month)
    const judged = entryDesk.judge(district, month, asked.figures)
    refuseFigure('bad-request', judged.problems, asked.figures)
    return proposalFact(
      { ...asked, figures: [...judged.figures] },
      { id: randomUUID(), now: clock.now(), at: entryDesk.sheet(district, month).at, by },
    )
  })
}

/** District and month of a query: the usual district, and the last month that is over, where it names none. */
function placeIn(rooms: EntryRooms, { query }: Visit): readonly [district: string, month: string] {
  const district = query.get('district') ?? rooms.configuration.app.defaultDistrict
  const asked = query.get('month')
  if (asked !== null && !monthPattern.test(asked)) throw new ProblemError('bad-request', `month: ${monthWords}, such as ?month=2026-10`)
  const month = asked ?? rooms.entryDesk.lastMonth(district)
  refuseWrong(rooms, district, month)
  return [district, month]
}

function refuseWrong({ entryDesk }: EntryRooms, district: string, month: string): void {
  const refusal = entryDesk.refusalOf(district, month)
  if (refusal !== undefined) throw new ProblemError(refusal.startsWith('month') ? 'bad-request' : 'not-found', refusal)
}

function refuseFigure(kind: 'bad-request' | 'conflict', [problem]: readonly EntryProblem[], figures: readonly EntryItemKey[]): void {
  if (problem === undefined) return
  const at = (problem.row ?? 1) - 1
  const { indicator, input, of } = figures[at] ?? {}
  const name = [indicator ?? input ?? '', ...(of === undefined ? [] : [of])].join('/')
  throw new ProblemError(kind, `figures.${String(at)} (${name}): ${wordsOf(problem)}`)
}

const cures: Readonly<Partial<Record<EntryProblem['code'], (problem: EntryProblem) => string>>> = {
  'given-by-feed': ({ expected }) => `the feed ${expected} reports it; leave it out`,
  waiting: ({ expected }) => `${expected} has proposed it for this month already; decide on that entry first`,
  'out-of-range': ({ found, expected }) => `found ${found}, expected ${expected}; check the unit`,
  'two-values': () => 'stands there twice with different values; leave one out',
  'unknown-id': () => 'is no indicator or input of this server; take the ids of GET /api/entries/sheet',
  'unknown-member': () => 'is not told apart by such a member; take the ids of GET /api/entries/sheet',
  'not-entered': () => 'is not one that people fill in; set entry: true in the configuration, or leave it out',
}

const wordsOf = (problem: EntryProblem): string => cures[problem.code]?.(problem) ?? (problem.expected === '' ? problem.code : problem.expected)

/** The entry and its district. @throws ProblemError where there is none */
function entryCalled({ world, configuration }: EntryRooms, id: string): { readonly entry: EntryState; readonly district: string } {
  for (const district of configuration.districts) {
    const topic = topicName('entries', district.id)
    // the topic `entries` holds nothing but EntryState
    const entry = ((world.read([topic])[topic] ?? []) as readonly EntryState[]).find((one) => one.id === id)
    if (entry !== undefined) return { entry, district: district.id }
  }
  throw new ProblemError('not-found', `entry: ${JSON.stringify(id.slice(0, 80))} is none that waits; decided ones are kept for 7 days`)
}

/** Records a decision; an approval brings its figures with it. @throws ProblemError where it may not be made, or a figure is not taken any more */
async function decided(rooms: EntryRooms, decision: Decision, id: string, by: string): Promise<EntryFact> {
  const { commands, clock, entryDesk } = rooms
  const state = stateAfter[decision]
  const checked = (): { readonly entry: EntryState; readonly fact: EntryFact } => {
    const { entry, district } = entryCalled(rooms, id)
    refuseDecision(entry, decision, by)
    if (decision === 'approve') {
      const month = entryDesk.monthOf(entry, district)
      refuseWrong(rooms, district, month)
      refuseFigure('conflict', entryDesk.judge(district, month, entry.figures, entry.id).problems, entry.figures)
    }
    return { entry, fact: decisionFact({ district, id, state, by, at: clock.now() }) }
  }
  if (decision !== 'approve') return await commands.run(() => checked().fact)
  return await commands.runTogether(() => {
    const { entry, fact } = checked()
    return [fact, ...entryDesk.factsOf(entry)]
  }, rooms.recordEntered)
}
