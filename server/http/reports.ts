import type { ServerResponse } from 'node:http'
import { draftRequestSchema, issueRequestSchema, longestReportText, mostReportTexts, reportId, textsRequestSchema } from '../../contract/report.ts'
import type { DraftRequest, ReportAnswer, ReportDocument, ReportFact, ReportList, ReportState, TextsRequest } from '../../contract/report.ts'
import type { Instant } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'
import { quote } from '../core/foreign-words.ts'
import type { HeldReport } from '../core/topics/reports.ts'
import { signerOf } from './command.ts'
import type { Commands } from './command.ts'
import { readJsonBody } from './json-body.ts'
import { ProblemError, sendJson } from './problem.ts'
import type { Route, Visit } from './route.ts'

export interface ReportRooms {
  readonly clock: Clock
  readonly commands: Commands
  readonly reportDesk: {
    /** why a district has no reports, in words */
    refusalOf(district: string): string | undefined
    states(district: string): readonly ReportState[]
    held(district: string, month: string): HeldReport | undefined
    usualCutOff(district: string, month: string): Instant
    latestCutOff(): Instant
    startOf(district: string, month: string): Instant
    draft(district: string, month: string, cutOffAt: Instant): Promise<ReportDocument | undefined>
    document(district: string, held: HeldReport): Promise<ReportDocument>
    file(document: ReportDocument, kind: 'report' | 'bulletin' | 'figures'): Promise<{ fileName: string; type: string; bytes: Buffer }>
  }
}

const draftLike =
  '{"district": "620802", "month": "2026-11", "command": "6d0f…", "seen": 0}, and "cutOffAt" in milliseconds since 1970 for another cut-off than now'
const textsLike = '{"command": "6d0f…", "seen": 3, "texts": {"overall": "截至…"}}, with null in place of a text for the draft'
const issueLike = '{"command": "6d0f…", "seen": 3}'
/** every character may be escaped as six */
const largestTexts = 6 * longestReportText * mostReportTexts + 65_536

/** 月度专报: drafted, edited, issued and handed out. */
export function reportRoutes(rooms: ReportRooms): readonly Route[] {
  const file =
    (kind: Parameters<ReportRooms['reportDesk']['file']>[1]): Route['handler'] =>
    (_request, response, visit) =>
      sendFile(rooms, response, visit, kind)
  return [
    { method: 'GET', path: '/api/reports', access: 'desk', handler: (_request, response, visit) => sendList(rooms, response, visit) },
    {
      method: 'POST',
      path: '/api/reports',
      access: 'desk',
      handler: async (request, response, visit) => {
        const asked = await readJsonBody(request, draftRequestSchema, draftLike)
        sendJson(response, 200, await drafted(rooms, asked, signerOf(visit)))
      },
    },
    // before the report itself, whose id they would be taken for
    { method: 'GET', path: '/api/reports/:id.docx', access: 'desk', handler: file('report') },
    { method: 'GET', path: '/api/reports/:id.xlsx', access: 'desk', handler: file('figures') },
    { method: 'GET', path: '/api/reports/:id/bulletin.docx', access: 'desk', handler: file('bulletin') },
    {
      method: 'GET',
      path: '/api/reports/:id',
      access: 'desk',
      handler: async (_request, response, visit) => {
        const { district, held } = heldIn(rooms, visit)
        sendJson(response, 200, await answerOf(rooms, district, held))
      },
    },
    {
      method: 'POST',
      path: '/api/reports/:id/texts',
      access: 'desk',
      handler: async (request, response, visit) => {
        const asked = await readJsonBody(request, textsRequestSchema, textsLike, largestTexts)
        sendJson(response, 200, await edited(rooms, visit, asked))
      },
    },
    {
      method: 'POST',
      path: '/api/reports/:id/issue',
      access: 'desk',
      handler: async (request, response, visit) => {
        const asked = await readJsonBody(request, issueRequestSchema, issueLike)
        sendJson(response, 200, await issued(rooms, visit, asked))
      },
    },
  ]
}

function sendList({ reportDesk }: ReportRooms, response: ServerResponse, { query }: Visit): void {
  const district = query.get('district')
  if (district === null) throw new ProblemError('bad-request', 'district: missing; name one, such as ?district=620802')
  refuseDistrict(reportDesk, district)
  sendJson(response, 200, { reports: reportDesk.states(district) } satisfies ReportList)
}

function refuseDistrict(desk: ReportRooms['reportDesk'], district: string): void {
  const refusal = desk.refusalOf(district)
  if (refusal !== undefined) throw new ProblemError('not-found', refusal)
}

interface Found {
  readonly district: string
  readonly month: string
  readonly held: HeldReport
}

/** @throws ProblemError where nothing was drafted */
function heldIn({ reportDesk }: ReportRooms, { params }: Visit): Found {
  const id = params['id'] ?? ''
  const [, district = '', month = ''] = /^(.+)-(\d{4}-(?:0[1-9]|1[0-2]))$/.exec(id) ?? []
  if (district === '')
    throw new ProblemError('not-found', `report: ${quote(id)} is no report; write the district and the month, such as 620802-2026-11`)
  refuseDistrict(reportDesk, district)
  const held = reportDesk.held(district, month)
  if (held === undefined) throw new ProblemError('not-found', `report: nothing was drafted for ${month} yet; draft it by POST /api/reports`)
  return { district, month, held }
}

async function answerOf({ reportDesk }: ReportRooms, district: string, held: HeldReport): Promise<ReportAnswer> {
  const state = reportDesk.states(district).find(({ id }) => id === reportId(district, held.month))
  if (state === undefined) throw new ProblemError('not-found', `report: ${held.month} is told no more`)
  return { state, document: await reportDesk.document(district, held) }
}

async function sendFile(rooms: ReportRooms, response: ServerResponse, visit: Visit, kind: 'report' | 'bulletin' | 'figures'): Promise<void> {
  const { district, held } = heldIn(rooms, visit)
  const { fileName, type, bytes } = await rooms.reportDesk.file(await rooms.reportDesk.document(district, held), kind)
  response.writeHead(200, {
    'content-type': type,
    'content-length': bytes.length,
    'content-disposition': `attachment; filename="${kind}${kind === 'figures' ? '.xlsx' : '.docx'}"; filename*=UTF-8''${encodeURIComponent(fileName)}`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(bytes)
}

/** What a command did: the same again when it is sent again. */
interface Done {
  readonly id: string
  readonly version: number
  readonly state: ReportFact['state']
  readonly at: Instant
  readonly by: string
}

const doneBefore = (id: string, held: HeldReport | undefined, command: string): Done | undefined => {
  const change = held?.changes.find((one) => one.command === command)
  return change && { id, version: change.version, state: change.state, at: change.at, by: change.by }
}

/**
 * Records one change of a report.
 * @param change given what is held when its turn has come
 * @throws ProblemError where it was issued, or somebody changed it since it was seen
 */
async function changed(
  rooms: ReportRooms,
  { district, month, command, seen }: Pick<DraftRequest, 'district' | 'month' | 'command' | 'seen'>,
  change: (held: HeldReport | undefined) => ReportFact,
): Promise<Done> {
  const { commands, reportDesk } = rooms
  const id = reportId(district, month)
  const again: { done?: Done | undefined } = {}
  try {
    const fact = await commands.run(() => {
      const held = reportDesk.held(district, month)
      again.done = doneBefore(id, held, command)
      if (again.done !== undefined) throw new ProblemError('conflict', `command: ${quote(command)} was done before`)
      refuseChanged(held, seen)
      return change(held)
    })
    return { id, version: seen + 1, state: fact.state, at: fact.at, by: fact.by }
  } catch (error) {
    // a command that is sent again, since its answer was lost, is answered as it was
    if (again.done !== undefined) return again.done
    throw error
  }
}

function refuseChanged(held: HeldReport | undefined, seen: number): void {
  const [last] = held?.changes ?? []
  const version = held?.version ?? 0
  if (held?.state === 'issued') {
    const by = `${last?.by ?? ''} at ${last === undefined ? '' : new Date(last.at).toISOString()}`
    throw new ProblemError('conflict', `report: it was issued by ${by} and is not changed any more; what is wrong in it goes into the next one`)
  }
  if (version === seen) return
  const who = last === undefined ? 'nobody has drafted it yet' : `${last.by} ${last.state} it at ${new Date(last.at).toISOString()}`
  throw new ProblemError(
    'conflict',
    `seen: version ${String(seen)}, but it is at version ${String(version)}: ${who}; read it again, and put your change into that`,
  )
}

/** @throws ProblemError for a month or a cut-off that cannot be */
async function drafted(rooms: ReportRooms, asked: DraftRequest, by: string): Promise<Done> {
  const { reportDesk, clock } = rooms
  const { district, month, command } = asked
  refuseDistrict(reportDesk, district)
  const before = doneBefore(reportId(district, month), reportDesk.held(district, month), command)
  if (before !== undefined) return before
  refuseMonth(reportDesk, district, month)
  const cutOffAt = asked.cutOffAt ?? reportDesk.usualCutOff(district, month)
  refuseCutOff(reportDesk, district, { month, cutOffAt })
  // looked at before it is recorded: what cannot be drafted is no draft
  if ((await reportDesk.draft(district, month, cutOffAt)) === undefined)
    throw new ProblemError('bad-request', `cutOffAt: ${iso(cutOffAt)} is before the log begins; give a later one`)
  return await changed(rooms, asked, () => ({ kind: 'report', district, month, at: clock.now(), by, command, state: 'drafted', cutOffAt }))
}

function refuseMonth(desk: ReportRooms['reportDesk'], district: string, month: string): void {
  const told = desk.states(district)
  const running = told.at(-1)?.month ?? month
  if (month > running) throw new ProblemError('bad-request', `month: ${month} is yet to come; the latest that can be drafted is ${running}`)
  const earliest = `${String(Number(running.slice(0, 4)) - 1)}${running.slice(4)}`
  if (month < earliest)
    throw new ProblemError('bad-request', `month: ${month} is more than a year ago; the earliest that can be drafted is ${earliest}`)
}

function refuseCutOff(
  desk: ReportRooms['reportDesk'],
  district: string,
  { month, cutOffAt }: { readonly month: string; readonly cutOffAt: Instant },
): void {
  if (cutOffAt > desk.latestCutOff()) throw new ProblemError('bad-request', `cutOffAt: ${iso(cutOffAt)} is not over yet; leave it out for now`)
  const start = desk.startOf(district, month)
  if (cutOffAt < start) throw new ProblemError('bad-request', `cutOffAt: ${iso(cutOffAt)} is before ${month} begins; give one from ${iso(start)} on`)
}

const iso = (at: Instant): string => (at <= 8_640_000_000_000_000 ? new Date(at).toISOString() : String(at))

async function edited(rooms: ReportRooms, visit: Visit, { command, seen, texts }: TextsRequest): Promise<Done> {
  const by = signerOf(visit)
  const { district, month, held } = heldIn(rooms, visit)
  const { sections } = await rooms.reportDesk.document(district, held)
  const known = new Set([...sections.map(({ id }) => id), ...Object.keys(held.texts)])
  const unknown = Object.keys(texts).find((id) => !known.has(id))
  if (unknown !== undefined)
    throw new ProblemError('bad-request', `texts: ${quote(unknown)} is no section of this report; it has ${[...known].join(', ').slice(0, 400)}`)
  const asked = { district, month, command, seen }
  return await changed(rooms, asked, (now = held) => ({
    kind: 'report',
    ...{ district, month, command, by, texts },
    at: rooms.clock.now(),
    state: 'edited',
    cutOffAt: now.cutOffAt,
  }))
}

/** What is issued is exactly the version that was seen. */
async function issued(rooms: ReportRooms, visit: Visit, { command, seen }: Pick<TextsRequest, 'command' | 'seen'>): Promise<Done> {
  const by = signerOf(visit)
  const { district, month, held } = heldIn(rooms, visit)
  const document = await rooms.reportDesk.document(district, held)
  const asked = { district, month, command, seen }
  return await changed(rooms, asked, (now = held) => {
    if (now.version !== held.version) throw new ProblemError('conflict', 'seen: it was changed while it was being issued; read it again')
    const at = rooms.clock.now()
    return { kind: 'report', district, month, command, by, at, state: 'issued', cutOffAt: now.cutOffAt, document: { ...document, issuedAt: at } }
  })
}
