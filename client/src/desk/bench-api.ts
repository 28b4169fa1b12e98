import type { AlarmAnswer, AlarmStepRequest, AlarmWeek } from '../../../contract/alarm.ts'
import type {
  Catalogue,
  DiscardAnswer,
  FeedFile,
  FeedStatusList,
  Quarantine,
  ReplayAnswer,
  Sample,
  SampleAnswer,
  SaveAnswer,
  SaveRequest,
  TailAnswer,
  TryAnswer,
} from '../../../contract/bench.ts'
import { problemKinds, problemType } from '../../../contract/problem.ts'
import type { ProblemKind } from '../../../contract/problem.ts'
import type { DraftRequest, ReportAnswer, TextsRequest } from '../../../contract/report.ts'
import type { EntryCheck, EntrySheet, Proposal, TypedFigures } from '../../../contract/entry.ts'
import type { AgendaDraft, MeetingAnswer, MeetingDecisionRequest, MeetingOpenRequest, MeetingStepRequest } from '../../../contract/meeting.ts'
import type { SessionList } from '../../../contract/session.ts'
import type { Instant } from '../../../contract/time.ts'
import type { Viewing } from '../../../contract/video.ts'
import type { CommandAnswer, CommandRequest, EnrolRequest, WallNames, WallPicture, WallReports } from '../../../contract/wall.ts'

/** 接入台's questions to the server, as contract/bench.ts names them. Never throws: what went wrong is an answer. */

/**
 * Why there is no answer. away: the server was not reached · signed-out · not-allowed: another role is needed · conflict: somebody saved
 * before · refused: the request itself, in the server's words · broken: a fault of the server's.
 */
export interface Failure {
  readonly kind: 'away' | 'signed-out' | 'not-allowed' | 'conflict' | 'refused' | 'broken'
  /** the server's own words; empty where it has none */
  readonly detail: string
  /** which of its reasons it is, where the server has said so */
  readonly problem?: ProblemKind | undefined
}

export type Answered<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

/** What every question may be given. */
export interface Asking {
  /** aborted when the answer is no longer wanted; the answer is then `away` */
  readonly signal?: AbortSignal
}

/** Viewings that went on at some time between two instants, of one camera or of all. */
interface ViewingsAsked {
  readonly source?: string
  readonly from?: Instant | undefined
  readonly to?: Instant | undefined
  /** 1,000 at most */
  readonly limit: number
}

const id = encodeURIComponent

export const benchApi = {
  session: (asking?: Asking) => ask<{ readonly role: 'wall' | 'desk' | 'admin'; readonly name?: string }>('/api/session', undefined, asking),
  sessions: (asking?: Asking) => ask<SessionList>('/api/sessions', undefined, asking),
  endSession: (session: string) => ask<{ readonly session: string }>(`/api/sessions/${id(session)}/end`, {}),
  feeds: (asking?: Asking) => ask<FeedStatusList>('/api/bench/feeds', undefined, asking),
  feed: (feed: string, asking?: Asking) => ask<FeedFile>(`/api/bench/feeds/${id(feed)}`, undefined, asking),
  version: (feed: string, version: number, asking?: Asking) =>
    ask<Pick<FeedFile, 'yaml'>>(`/api/bench/feeds/${id(feed)}/versions/${String(version)}`, undefined, asking),
  tail: (feed: string, after: number, asking?: Asking) =>
    ask<TailAnswer>(`/api/bench/feeds/${id(feed)}/tail?after=${String(after)}`, undefined, asking),
  catalogue: (asking?: Asking) => ask<Catalogue>('/api/bench/catalogue', undefined, asking),
  attempt: (yaml: string, sample: Sample | undefined, asking?: Asking) =>
    ask<TryAnswer>('/api/bench/try', { yaml, ...(sample === undefined ? {} : { sample }) }, asking),
  fetchSample: (yaml: string, asking?: Asking) => ask<SampleAnswer>('/api/bench/sample', { yaml }, asking),
  save: (request: SaveRequest) => ask<SaveAnswer>('/api/bench/save', request),
  rollBack: (feed: string, version: number) => ask<SaveAnswer>(`/api/bench/feeds/${id(feed)}/roll-back`, { version }),
  remove: (feed: string) => ask<SaveAnswer>(`/api/bench/feeds/${id(feed)}/remove`, {}),
  quarantine: (asking?: Asking) => ask<Quarantine>('/api/quarantine', undefined, asking),
  replay: (feed: string, cause?: string) => ask<ReplayAnswer>('/api/quarantine/replay', { feed, ...(cause === undefined ? {} : { cause }) }),
  publishRanking: (ranking: string, month: { readonly district: string; readonly month: string }) =>
    ask<{ readonly by: string }>(`/api/rankings/${id(ranking)}/publish`, month),
  holdMeeting: (meeting: { readonly district: string; readonly name: string }) => ask<{ readonly name: string }>('/api/meetings', meeting),
  report: (report: string, asking?: Asking) => ask<ReportAnswer>(`/api/reports/${id(report)}`, undefined, asking),
  draftReport: (asked: DraftRequest) => ask<{ readonly version: number }>('/api/reports', asked),
  writeReport: (report: string, asked: TextsRequest) => ask<{ readonly version: number }>(`/api/reports/${id(report)}/texts`, asked),
  issueReport: (report: string, asked: Pick<TextsRequest, 'command' | 'seen'>) =>
    ask<{ readonly version: number }>(`/api/reports/${id(report)}/issue`, asked),
  meetingAgenda: (district: string, at: Instant | undefined, asking?: Asking) =>
    ask<AgendaDraft>(`/api/meetings/agenda?district=${id(district)}${at === undefined ? '' : `&at=${String(at)}`}`, undefined, asking),
  openMeeting: (meeting: MeetingOpenRequest) => ask<MeetingAnswer>('/api/meetings/open', meeting),
  stepMeeting: (meeting: string, step: MeetingStepRequest) => ask<MeetingAnswer>(`/api/meetings/${id(meeting)}/steps`, step),
  decideInMeeting: (meeting: string, decision: MeetingDecisionRequest) => ask<MeetingAnswer>(`/api/meetings/${id(meeting)}/decisions`, decision),
  entrySheet: (district: string, month: string | undefined, asking?: Asking) =>
    ask<EntrySheet>(`/api/entries/sheet?district=${id(district)}${month === undefined ? '' : `&month=${id(month)}`}`, undefined, asking),
  checkFile: (district: string, file: Blob) => ask<EntryCheck>(`/api/entries/check?district=${id(district)}`, file),
  checkTyped: (typed: TypedFigures) => ask<EntryCheck>('/api/entries/check', typed),
  propose: (proposal: Proposal) => ask<{ readonly id: string }>('/api/entries', proposal),
  decideEntry: (entry: string, decision: 'approve' | 'reject' | 'withdraw') =>
    ask<{ readonly by: string }>(`/api/entries/${id(entry)}/${decision}`, {}),
  viewings: (asked: ViewingsAsked, asking?: Asking) => ask<readonly Viewing[]>(`/api/video/viewings?${queryOf(asked)}`, undefined, asking),
  wallReports: (district: string, after: number | undefined, asking?: Asking) =>
    ask<WallReports>(`/api/walls/reports?district=${id(district)}${after === undefined ? '' : `&after=${String(after)}`}`, undefined, asking),
  wallPicture: (district: string, wall: string, asking?: Asking) =>
    ask<WallPicture>(`/api/walls/${id(wall)}/picture?district=${id(district)}`, undefined, asking),
  driveWalls: (command: CommandRequest) => ask<CommandAnswer>('/api/walls/command', command),
  enrolWall: (wall: EnrolRequest) => ask<{ readonly wall: string }>('/api/walls/enrol', wall),
  renameWall: (wall: string, names: WallNames) => ask<{ readonly wall: string }>(`/api/walls/${id(wall)}/rename`, names),
  revokeWall: (wall: string, district: string) => ask<{ readonly wall: string }>(`/api/walls/${id(wall)}/revoke`, { district }),
  alarmStep: (step: AlarmStepRequest) => ask<AlarmAnswer>('/api/alarms/steps', step),
  alarmWeek: (district: string, asking?: Asking) => ask<AlarmWeek>(`/api/alarms/weekly?district=${id(district)}`, undefined, asking),
  discard: (feed: string, cause: string) => ask<DiscardAnswer>('/api/quarantine/discard', { feed, cause }),
} as const

function queryOf(asked: ViewingsAsked): string {
  const given = Object.entries(asked).flatMap(([name, value]: readonly [string, string | number | undefined]) =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return new URLSearchParams(given).toString()
}

/** GET without a body, POST with one: a file as it is, anything else as JSON. */
export async function ask<T>(path: string, body: unknown, asking: Asking = {}): Promise<Answered<T>> {
  const type = body instanceof Blob ? 'application/octet-stream' : 'application/json'
  const post = body === undefined ? {} : { method: 'POST', body: body instanceof Blob ? body : JSON.stringify(body) }
  const headers = { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': type }) }
  try {
    const answer = await fetch(path, { ...post, headers, cache: 'no-store', signal: asking.signal ?? null })
    if (!answer.ok) return { ok: false, failure: failureOf(answer.status, await answer.text()) }
    // our own server answers with what the contract says
    return { ok: true, value: (await answer.json()) as T }
  } catch {
    // no network, no server, no JSON: to whoever asked it is all the same, nobody is there
    return { ok: false, failure: { kind: 'away', detail: '' } }
  }
}

/** What an answer that is no success means. */
export function failureOf(status: number, body: string): Failure {
  const { type, detail } = problemIn(body)
  return {
    kind: kindOf(status),
    detail: typeof detail === 'string' ? detail : `HTTP ${String(status)}`,
    problem: problemKinds.find((kind) => problemType(kind) === type),
  }
}

function kindOf(status: number): Failure['kind'] {
  if (status === 401) return 'signed-out'
  if (status === 403) return 'not-allowed'
  if (status === 409) return 'conflict'
  return status >= 500 ? 'broken' : 'refused'
}

/** A problem document (RFC 9457), as far as the body is one. */
function problemIn(body: string): { readonly type?: unknown; readonly detail?: unknown } {
  try {
    const problem: unknown = JSON.parse(body)
    return typeof problem === 'object' && problem !== null ? problem : {}
  } catch {
    // a proxy between us answers in HTML: its status must do
    return {}
  }
}
