import type { ServerResponse } from 'node:http'
import { handoverRequestSchema, shiftAfter, shiftToHandOver } from '../../contract/duty.ts'
import type { DutyRecorded, DutyShift, HandoverRequest, SheetAnswer } from '../../contract/duty.ts'
import type { HandoverFact, Sheet } from '../../contract/duty-fact.ts'
import { hourMs } from '../../contract/time.ts'
import { topicName } from '../../contract/topic.ts'
import type { TopicKind, Topics } from '../../contract/topic.ts'
import { iso } from '../core/foreign-words.ts'
import { beginning, maskText } from '../core/masking.ts'
import { sheetDocx } from '../duty/docx.ts'
import { writeSheet } from '../duty/sheet.ts'
import { dutyOf, recordOnce, signedAs } from './duty-counter.ts'
import type { DutyRooms } from './duty-counter.ts'
import { readJsonBody } from './json-body.ts'
import { ProblemError, sendJson } from './problem.ts'
import { knownIn } from './query.ts'
import type { Route, Visit } from './route.ts'

const like = '{"command": "<UUID>", "district": "620802", "day": "2026-11-24", "shift": "day", "step": "given", "note": "领导交办：…"}'
const docxType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'

/** 交接班: the sheet as it writes itself, signed by who gives and who takes, and read again as it was signed. */
export function handoverRoutes(rooms: DutyRooms): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/api/handovers/sheet',
      access: 'desk',
      handler: (_request, response, { query }) =>
        sendJson(response, 200, draft(rooms, knownIn(query, 'district', rooms.registry.districts, 'config/districts').id)),
    },
    {
      method: 'GET',
      path: '/api/handovers/:day/:shift',
      access: 'desk',
      handler: (_request, response, visit) => sendSigned(rooms, response, visit),
    },
    {
      method: 'POST',
      path: '/api/handovers',
      access: 'desk',
      handler: async (request, response, visit) => {
        const asked = await readJsonBody(request, handoverRequestSchema, like, 16 * 1024)
        sendJson(response, 200, await sign(rooms, asked, visit))
      },
    },
  ]
}

function read<K extends TopicKind>({ world }: DutyRooms, kind: K, district: string): readonly Topics[K][] {
  const topic = topicName(kind, district)
  // a topic holds entities of its own kind
  return (world.read([topic])[topic] ?? []) as readonly Topics[K][]
}

function draft(rooms: DutyRooms, district: string): SheetAnswer {
  const shift = shiftToHandOver(read(rooms, 'duty', district), rooms.clock.now())
  return { shift, sheet: written(rooms, district, shift), note: '', handover: shift?.handover }
}

function written(rooms: DutyRooms, district: string, shift: DutyShift | undefined): Sheet {
  const { registry, clock } = rooms
  const shifts = read(rooms, 'duty', district)
  return writeSheet(
    {
      incidents: read(rooms, 'incidents', district),
      supervisions: read(rooms, 'supervisions', district),
      alarms: read(rooms, 'alarms', district),
      warnings: read(rooms, 'warnings', district),
      feeds: read(rooms, 'feeds', district),
      cameras: read(rooms, 'video-sources', district),
      resources: read(rooms, 'resources', district),
      walls: read(rooms, 'walls', district),
    },
    {
      now: clock.now(),
      zone: registry.districts.get(district)?.zone ?? 'UTC',
      shift,
      next: shift && shiftAfter(shifts, shift),
      unitName: (id) => registry.units.get(id)?.name ?? id,
      alarmName: (rule) => registry.alarms.rules.find(({ id }) => id === rule)?.name ?? rule,
    },
  )
}

function sign(rooms: DutyRooms, asked: HandoverRequest, visit: Visit): Promise<DutyRecorded> {
  const signed = { ...signedAs(rooms, asked, visit), session: visit.sessionId }
  const book = dutyOf(rooms, asked.district)
  const decide = (): readonly HandoverFact[] => {
    const shift = shiftCalled(rooms, asked)
    const done = shift.handover?.taken
    if (done !== undefined) throw new ProblemError('conflict', `${shift.id} was taken over by ${done.by} at ${iso(done.at)}`)
    const { day } = asked
    const base = { kind: 'handover', ...signed, day, shift: asked.shift } as const
    if (asked.step === 'given') {
      refuseGiving(rooms, shift)
      return [{ ...base, step: 'given', note: beginning(maskText(asked.note), 2_000), sheet: written(rooms, asked.district, shift) }]
    }
    refuseTaking(rooms, asked, signed)
    return [{ ...base, step: 'taken', givenAt: asked.givenAt }]
  }
  return recordOnce(rooms, { ...signed, step: asked.step }, { done: () => book.done(asked.command), decide })
}

function shiftCalled(rooms: DutyRooms, { district, day, shift }: HandoverRequest): DutyShift {
  dutyOf(rooms, district)
  const known = read(rooms, 'duty', district).find((one) => one.day === day && one.shift === shift)
  if (known === undefined) throw new ProblemError('not-found', `shift: ${day} ${shift} is none of yesterday, today or the days to come; look again`)
  return known
}

/** A sheet says what stands now: of a shift that goes on for long yet it would be told too early. */
function refuseGiving({ clock }: DutyRooms, { id, from, to }: DutyShift): void {
  const now = clock.now()
  if (now < from) throw new ProblemError('conflict', `${id} begins at ${iso(from)} only`)
  if (now < to - 2 * hourMs) throw new ProblemError('conflict', `${id} ends at ${iso(to)}: hand over within the two hours before, or later`)
}

/** Two people, at two sessions, of the sheet that was looked at. */
function refuseTaking(
  rooms: DutyRooms,
  { district, day, shift, givenAt }: Extract<HandoverRequest, { readonly step: 'taken' }>,
  { by, session }: { readonly by: string; readonly session: string },
): void {
  const given = dutyOf(rooms, district).given(`${day}/${shift}`)
  if (given === undefined) throw new ProblemError('conflict', `${day} ${shift} was not given yet: who hands over signs first`)
  if (given.by === by) throw new ProblemError('conflict', `${by} gave this shift: somebody else takes it over, signed in with a name of their own`)
  if (given.session === session)
    throw new ProblemError('conflict', 'it was given from this very session: sign in with a link of your own (POST /api/sign-in-links)')
  if (given.at !== givenAt) throw new ProblemError('conflict', `${given.by} gave it anew at ${iso(given.at)}: read it again`)
}

async function sendSigned(rooms: DutyRooms, response: ServerResponse, { params, query }: Visit): Promise<void> {
  const district = knownIn(query, 'district', rooms.registry.districts, 'config/districts')
  const book = dutyOf(rooms, district.id)
  const span = book.span(params['day'] ?? '', params['shift'] ?? '')
  const given = span && book.given(span.id)
  if (span === undefined || given === undefined) throw new ProblemError('not-found', 'nobody has handed over this shift within the last 90 days')
  const { sheet, note } = given
  const handover = book.handover(span.id)
  if (query.get('as') !== 'docx') {
    sendJson(response, 200, { shift: span, sheet, note, handover } satisfies SheetAnswer)
    return
  }
  const bytes = await sheetDocx({ place: district.name, zone: district.zone, shift: span, sheet, note, handover })
  response.writeHead(200, {
    'content-type': docxType,
    'content-length': bytes.length,
    'content-disposition': `attachment; filename="handover.docx"; filename*=UTF-8''${encodeURIComponent(`交接班单${span.day}${span.name}.docx`)}`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(bytes)
}
