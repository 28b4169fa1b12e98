import { giveUpRequestSchema, pushRequestSchema } from '../../contract/link.ts'
import type { GiveUpRequest, LinkAttempts, LinkDefinition, PushRequest } from '../../contract/link.ts'
import type { LinkFact } from '../../contract/link-fact.ts'
import type { Clock } from '../core/clock.ts'
import { quote } from '../core/foreign-words.ts'
import type { LinkBook } from '../core/topics/links.ts'
import type { SupervisionBook } from '../core/topics/supervisions.ts'
import { signerOf } from './command.ts'
import type { Commands } from './command.ts'
import type { IncidentBook } from './incidents.ts'
import { readJsonBody } from './json-body.ts'
import { maskedWords } from './masked-words.ts'
import { ProblemError, sendJson } from './problem.ts'
import type { Route, Visit } from './route.ts'

export interface LinkDeskRooms {
  readonly clock: Clock
  readonly commands: Commands
  readonly links: ReadonlyMap<string, LinkDefinition>
  readonly world: { links(district: string): LinkBook | undefined; supervisions(district: string): SupervisionBook | undefined }
  readonly incidents: Pick<IncidentBook, 'all'>
  /** how the next attempts stand */
  readonly attempts: () => readonly LinkAttempts[]
  /** something is to be brought now, however long the pause is */
  readonly retryNow: (link: string) => void
  readonly wake: (link: string) => void
}

const pushLike = '{"command": "<UUID>", "about": {"kind": "incident", "id": "事〔2026〕0012"}}'
const giveUpLike = '{"command": "<UUID>", "message": "…", "reason": "已电话告知"}'

/** 联动 at the desk (contract/link.ts says what is asked and answered). */
export function linkDeskRoutes(rooms: LinkDeskRooms): readonly Route[] {
  return [
    { method: 'GET', path: '/api/links', access: 'desk', handler: (_request, response) => sendJson(response, 200, rooms.attempts()) },
    {
      method: 'POST',
      path: '/api/links/:link/push',
      access: 'desk',
      handler: async (request, response, visit) => {
        const asked = await readJsonBody(request, pushRequestSchema, pushLike)
        await push(rooms, linkCalled(rooms, visit), asked, signed(visit))
        sendJson(response, 200, {})
      },
    },
    {
      method: 'POST',
      path: '/api/links/:link/give-up',
      access: 'desk',
      handler: async (request, response, visit) => {
        const asked = maskedWords(await readJsonBody(request, giveUpRequestSchema, giveUpLike))
        await giveUp(rooms, linkCalled(rooms, visit), asked, signed(visit))
        sendJson(response, 200, {})
      },
    },
    {
      method: 'POST',
      path: '/api/links/:link/retry',
      access: 'desk',
      handler: (_request, response, visit) => {
        rooms.retryNow(linkCalled(rooms, visit).id)
        sendJson(response, 200, {})
      },
    },
  ]
}

interface Signed {
  readonly by: string
  readonly address: string
}
const signed = (visit: Visit): Signed => ({ by: signerOf(visit), address: visit.address })

/** @throws ProblemError for one that is not configured */
export function linkCalled({ links }: Pick<LinkDeskRooms, 'links'>, { params }: Visit): LinkDefinition {
  const id = params['link'] ?? ''
  const link = links.get(id)
  if (link !== undefined) return link
  throw new ProblemError('not-found', `link: ${quote(id)} is not in config/links; these are: ${[...links.keys()].join(', ')}`)
}

async function push(rooms: LinkDeskRooms, link: LinkDefinition, { command, about }: PushRequest, { by, address }: Signed): Promise<void> {
  const { clock, commands, world, wake } = rooms
  await commands.runUnlessDone((): LinkFact | undefined => {
    const book = world.links(link.district)
    if (book?.isDone(command) === true) return undefined
    if (book?.thread(link.id, about) !== undefined)
      throw new ProblemError('conflict', `about: ${about.id} goes to ${link.name} already; what happens to it is told there by itself`)
    refuseNotOpen(rooms, link, about)
    return { kind: 'link', district: link.district, link: link.id, at: clock.now(), what: 'pushed', about, by, address, command }
  })
  wake(link.id)
}

/** @throws ProblemError for what is not there, or is over */
function refuseNotOpen({ incidents, world }: LinkDeskRooms, { district, name }: LinkDefinition, { kind, id }: PushRequest['about']): void {
  const found =
    kind === 'incident'
      ? incidents.all(district).find((incident) => incident.id === id && incident.closedAt === undefined)
      : world.supervisions(district)?.stands(id)
  if (found !== undefined && !('settledAt' in found && found.settledAt !== undefined)) return
  throw new ProblemError('not-found', `about: ${quote(id)} is no ${kind} of this district that is open; only what is open is sent to ${name}`)
}

async function giveUp({ clock, commands, world, wake }: LinkDeskRooms, link: LinkDefinition, asked: GiveUpRequest, { by }: Signed): Promise<void> {
  const { command, message, reason } = asked
  await commands.runUnlessDone((): LinkFact | undefined => {
    const book = world.links(link.district)
    if (book?.isDone(command) === true) return undefined
    if (book?.waiting(link.id).some(({ id }) => id === message) !== true)
      throw new ProblemError('conflict', `message: ${quote(message)} does not wait any more: it was taken or given up meanwhile; look again`)
    return { kind: 'link', district: link.district, link: link.id, at: clock.now(), what: 'given-up', message, reason, by, command }
  })
  wake(link.id)
}
