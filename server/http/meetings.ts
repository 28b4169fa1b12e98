import { z } from 'zod'
import type { Configuration } from '../../contract/configuration.ts'
import type { MeetingFact } from '../../contract/fact.ts'
import { minuteMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import { topicName } from '../../contract/topic.ts'
import type { LastMeeting } from '../../contract/decision.ts'
import type { Clock } from '../core/clock.ts'
import { signerOf } from './command.ts'
import type { Commands } from './command.ts'
import { readJsonBody } from './json-body.ts'
import { plainName, plainNameWords } from './plain-name.ts'
import { ProblemError, sendJson } from './problem.ts'
import type { Route } from './route.ts'
import type { StateRooms } from './state.ts'

export interface MeetingRooms {
  readonly clock: Clock
  readonly commands: Commands
  readonly world: Pick<StateRooms['world'], 'read'>
  readonly configuration: Pick<Configuration, 'districts'>
}

/** What stands now is kept as how it stood at the meeting: longer ago, that would not be true any more. */
const mostAgoMs = 10 * minuteMs

const nameWords = 'expected a name of 1 to 60 characters, such as 11月调度会'
const meetingRequest = z.strictObject({
  district: z.string('expected the id of a district').min(1, 'expected the id of a district').max(128, 'no id of a district is that long'),
  name: z.string(nameWords).trim().min(1, nameWords).max(60, nameWords).regex(plainName, plainNameWords),
  at: z.int('expected an instant in milliseconds since 1970').min(0, 'expected an instant in milliseconds since 1970').optional(),
})
const like = '{"district": "620802", "name": "11月调度会"}, and "at" in milliseconds since 1970 where it was some minutes ago, 10 at most'

/** 调度会议: POST /api/meetings notes that one was held; what stood then is what the screens compare with from then on. */
export function meetingRoutes(rooms: MeetingRooms): readonly Route[] {
  const { clock, commands } = rooms
  return [
    {
      method: 'POST',
      path: '/api/meetings',
      access: 'desk',
      handler: async (request, response, visit) => {
        const asked = await readJsonBody(request, meetingRequest, like)
        const by = signerOf(visit)
        const { name, at } = await commands.run((): MeetingFact => {
          const at = asked.at ?? clock.now()
          refuseWrong(rooms, asked.district, at)
          return { kind: 'meeting', district: asked.district, at, name: asked.name, by }
        })
        sendJson(response, 200, { name, at, by })
      },
    },
  ]
}

function refuseWrong({ clock, world, configuration }: MeetingRooms, district: string, at: Instant): void {
  if (!configuration.districts.some(({ id }) => id === district)) {
    const known = configuration.districts.map(({ id }) => id).join(', ')
    throw new ProblemError('not-found', `district: ${JSON.stringify(district.slice(0, 80))} is not configured; these are: ${known}`)
  }
  if (at > clock.now()) throw new ProblemError('bad-request', `at: ${iso(at)} is yet to come; note a meeting when it is held`)
  if (at < clock.now() - mostAgoMs) {
    const cure = 'leave "at" out, and note a meeting while it is held'
    throw new ProblemError('bad-request', `at: ${iso(at)} is more than 10 minutes ago, and how the figures stood then is not kept; ${cure}`)
  }
  const topic = topicName('meeting', district)
  // the topic `meeting` holds nothing but LastMeeting
  const [last] = (world.read([topic])[topic] ?? []) as readonly LastMeeting[]
  if (last !== undefined && at <= last.at) {
    throw new ProblemError(
      'conflict',
      `at: ${iso(at)} is not after the last meeting, ${last.name} of ${iso(last.at)}; that one is what is compared with`,
    )
  }
}

/** Instants beyond what a date can hold are refused above: they are yet to come. */
const iso = (at: Instant): string => (at <= 8_640_000_000_000_000 ? new Date(at).toISOString() : String(at))
