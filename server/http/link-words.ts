import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { IncidentActFact } from '../../contract/incident.ts'
import { linkWordSchema } from '../../contract/link.ts'
import type { LinkAnswer, LinkDefinition, LinkWordAnswer, LinkWordRequest } from '../../contract/link.ts'
import type { UnitStepRequest, SupervisionOrder } from '../../contract/supervision.ts'
import { quote } from '../core/foreign-words.ts'
import { beginning } from '../core/masking.ts'
import type { LinkBook } from '../core/topics/links.ts'
import { disbelief } from '../links/signature.ts'
import { readBody } from './body.ts'
import type { Commands } from './command.ts'
import { plainWords, said } from './incident-acts.ts'
import type { IncidentBook } from './incidents.ts'
import { linkCalled } from './links.ts'
import { Pace } from './pace.ts'
import { ProblemError, sendJson } from './problem.ts'
import type { Route } from './route.ts'
import type { IssuingRooms } from './supervision-counter.ts'
import { unitStep } from './unit-orders.ts'

/** What linked systems answer: their words become steps of an order, as a person's of that unit, or lines of an incident, under the system's name. */
export interface LinkWordRooms extends IssuingRooms {
  readonly commands: Commands
  readonly links: ReadonlyMap<string, LinkDefinition>
  readonly world: IssuingRooms['world'] & { links(district: string): LinkBook | undefined }
  readonly incidents: Pick<IncidentBook, 'all'>
  readonly secret: (name: string) => string
}

const largestBody = 16 * 1024
const like = '{"answer": "arrived", "about": {"kind": "incident", "id": "事〔2026〕0012"}, "by": "王某", "note": "2 车 8 人到场"}'
/** more than any system has to say; a loop over there must not fill the log here */
const mostWordsPerMinute = 120
/** of one address, before anybody knows whether it is believed */
const mostRequestsPerMinute = 600

export function linkWordRoute(rooms: LinkWordRooms): Route {
  const asking = new Pace(rooms.clock, mostRequestsPerMinute)
  const speaking = new Pace(rooms.clock, mostWordsPerMinute)
  return {
    method: 'POST',
    path: '/api/links/:link',
    access: 'public',
    handler: async (request, response, visit) => {
      if (!asking.take(visit.address)) throw new ProblemError('busy', 'too many requests from this address within a minute; wait a minute')
      const link = linkCalled(rooms, visit)
      const body = await believedBody(rooms, link, request)
      if (!speaking.take(link.id))
        throw new ProblemError('busy', `more than ${String(mostWordsPerMinute)} messages within a minute from this system; wait a minute`)
      const word: Word = { link, asked: parsed(body), command: commandOf(link, headerOf(request, 'webhook-id') ?? ''), address: visit.address }
      sendJson(response, 200, await (word.asked.about.kind === 'incident' ? takeOfIncident(rooms, word) : takeOfOrder(rooms, word)))
    },
  }
}

interface Word {
  readonly link: LinkDefinition
  readonly asked: LinkWordRequest
  /** the same for the same webhook-id: what is sent again does nothing again */
  readonly command: string
  readonly address: string
}

/** @throws ProblemError for what is too large, or is not signed by this system within the last minutes */
async function believedBody({ clock, secret }: LinkWordRooms, link: LinkDefinition, request: IncomingMessage): Promise<Buffer> {
  const { outcome, bytes } = await readBody(request, { limit: largestBody, keptWhenCut: 0, reserve: () => undefined })
  if (outcome !== 'whole') throw new ProblemError('too-large', `body: more than ${String(largestBody)} bytes, or broken off; send ${like}`)
  const signed = {
    id: headerOf(request, 'webhook-id'),
    timestamp: headerOf(request, 'webhook-timestamp'),
    signature: headerOf(request, 'webhook-signature'),
  }
  const why = disbelief(sharedSecret(secret, link), { ...signed, body: bytes }, clock.now())
  if (why !== undefined) throw new ProblemError('unauthorised', why)
  return bytes
}

/** @throws ProblemError where ours is not in place: theirs may be right, and they are to come again */
function sharedSecret(secret: LinkWordRooms['secret'], link: LinkDefinition): string {
  try {
    return secret(link.secret)
  } catch {
    // where it should be is for our own people, whom the courier tells
    throw new ProblemError('not-ready', `the centre has no usable secret for ${link.id} in place; send the same again later`)
  }
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

function parsed(body: Buffer): LinkWordRequest {
  let content: unknown
  try {
    content = JSON.parse(body.toString('utf8'))
  } catch {
    // the parser's own words quote the body
    throw new ProblemError('bad-request', `body: not JSON; send ${like}`)
  }
  const read = linkWordSchema.safeParse(content)
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw new ProblemError('bad-request', `${issue?.path.map(String).join('.') ?? 'body'}: ${issue?.message ?? 'not as expected'}; send ${like}`)
}

/** A UUID (version 8) made of the system and its webhook-id. */
function commandOf({ id }: LinkDefinition, webhookId: string): string {
  const hex = createHash('sha256').update(`${id}\n${webhookId}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-')
}

/** 应急调度 王某 */
const speakerOf = ({ link, asked: { by } }: Word): string => beginning(plainWords(`${link.name} ${by ?? ''}`.trim()), 40)
const noteOf = ({ asked: { note = '' } }: Word): string => plainWords(note)

async function takeOfIncident(rooms: LinkWordRooms, word: Word): Promise<LinkWordAnswer> {
  const { link, asked, command, address } = word
  const { about, answer } = asked
  const { district } = link
  let taken: LinkWordAnswer = { recorded: false, isLate: false }
  await rooms.commands.runUnlessDone((): IncidentActFact | undefined => {
    const incident = rooms.world.links(district)?.thread(link.id, about) && rooms.incidents.all(district).find(({ id }) => id === about.id)
    // one that this system was never told of is nothing to it
    if (incident === undefined) throw unknown(word)
    const isLate = incident.closedAt !== undefined
    if (incident.lines.some((line) => line.command === command)) {
      taken = { recorded: false, isLate }
      return undefined
    }
    if (incident.lines.length >= mostLines)
      throw new ProblemError('conflict', `about: ${about.id} has ${String(mostLines)} lines already, and takes no more; speak to the desk`)
    const note = noteOf(word)
    taken = { recorded: true, isLate }
    const act = { what: 'answered', link: link.id, answer, ...said({ note: note === '' ? undefined : note }), ...(isLate && { isLate }) } as const
    return { kind: 'incident-act', district, id: about.id, at: rooms.clock.now(), by: speakerOf(word), address, command, act }
  })
  return taken
}

/** as at the desk (core/incident-rules.ts) */
const mostLines = 500

async function takeOfOrder(rooms: LinkWordRooms, word: Word): Promise<LinkWordAnswer> {
  const { link, asked, command, address } = word
  const { district } = link
  const book = rooms.world.supervisions(district)
  let isNew = false
  await rooms.commands.runUnlessDone(() => {
    if (book?.done(command) !== undefined) return undefined
    const order = book?.find(asked.about.id, 'unit')
    if (order === undefined) throw unknown(word)
    const unit = unitOf(word, order)
    const step = stepOf(word, order, unit)
    if (step === undefined) return undefined
    isNew = true
    const zone = rooms.registry.districts.get(district)?.zone ?? 'Asia/Shanghai'
    const speaking = { unit, address, by: speakerOf(word), link: link.id, attachments: undefined }
    return unitStep(rooms, step, { found: { order, district, zone }, ...speaking })
  })
  return { recorded: isNew, isLate: book?.done(command)?.isLate ?? false }
}

const unknown = ({ asked: { about }, link }: Word): ProblemError =>
  new ProblemError(
    'not-found',
    `about: ${quote(about.id)} is no ${about.kind} that ${link.id} was told of, or it was closed long ago; do not send this again`,
  )

/** The unit that speaks. @throws ProblemError where this system does not work for any, or for this one */
function unitOf({ link, asked }: Word, { leadUnit, supportingUnits, number }: SupervisionOrder): string {
  const own = [leadUnit, ...supportingUnits].filter((unit) => link.units.includes(unit))
  const unit = asked.unit ?? own[0]
  if (unit !== undefined && own.includes(unit)) return unit
  const mine = link.units.length === 0 ? 'no unit' : link.units.join(', ')
  throw new ProblemError(
    'forbidden',
    `unit: ${link.id} speaks for ${mine}, and ${number} is ${quote(asked.unit ?? leadUnit)}’s; name one of yours that has it`,
  )
}

const spoken: Readonly<Record<LinkAnswer, string>> = {
  acknowledged: '已签收',
  'on-the-way': '已出发',
  arrived: '已到场',
  feedback: '反馈',
  done: '处置完毕',
  refused: '不予受理',
}

/** The step that a word is; undefined where it says nothing new. An order knows no departures and arrivals: they are told as feedback. */
function stepOf(word: Word, { acknowledgedBy, leadUnit, stage, settledAt }: SupervisionOrder, unit: string): UnitStepRequest | undefined {
  const { asked, command } = word
  const note = noteOf(word)
  const isFree = settledAt !== undefined
  if (asked.answer === 'acknowledged')
    return !isFree && acknowledgedBy.includes(unit) ? undefined : { command, step: 'acknowledged', ...(note !== '' && { note }) }
  const isSubmitted = asked.answer === 'done' && unit === leadUnit && (isFree || stage !== 'submitted')
  const words = asked.answer === 'feedback' && note !== '' ? note : [spoken[asked.answer], note].filter((part) => part !== '').join('：')
  return { command, step: isSubmitted ? 'submitted' : 'feedback', note: words }
}
