import { meetingDecisionRequestSchema, meetingOpenRequestSchema, meetingStepRequestSchema } from '../../contract/meeting.ts'
import { secondMs } from '../../contract/time.ts'
import { minutesDocx } from '../meeting/minutes.ts'
import { readJsonBody } from './json-body.ts'
import { maskedWords } from './masked-words.ts'
import { meetingCalled } from './meeting-counter.ts'
import type { MeetingRooms } from './meeting-counter.ts'
import { agendaOf, decideInMeeting, openMeeting, stepMeeting } from './meeting-desk.ts'
import { sendJson } from './problem.ts'
import { knownIn } from './query.ts'
import type { Route } from './route.ts'
import { pastInstantIn } from './state.ts'

export interface MeetingRouteRooms extends MeetingRooms {
  readonly registry: MeetingRooms['registry'] & Parameters<typeof minutesDocx>[0]
}

const largestJson = 64 * 1024
const openLike =
  '{"command": "<UUID>", "district": "620802", "name": "11月调度会", "cutOffAt": 1795392000000, "items": [{"kind": "topic", "title": "…", "minutes": 4}]}'
const stepLike = '{"command": "<UUID>", "seen": 3, "step": "item", "item": "i2"}'
const decisionLike = '{"command": "<UUID>", "item": "i2", "text": "…", "leadUnit": "housing", "level": "normal", "workingDays": 5}'

/** 调度会议 while it is held (contract/meeting.ts says what is asked and answered). */
export function heldMeetingRoutes(rooms: MeetingRouteRooms): readonly Route[] {
  // agenda and opening before single meetings, one of which they would be taken for
  return [...openingRoutes(rooms), ...singleRoutes(rooms)]
}

function openingRoutes(rooms: MeetingRouteRooms): readonly Route[] {
  const { registry, clock } = rooms
  return [
    {
      method: 'GET',
      path: '/api/meetings/agenda',
      access: 'desk',
      handler: async (_request, response, { query }) => {
        const { id } = knownIn(query, 'district', registry.districts, 'config/districts')
        // what is recorded in this very second may not be there yet
        const at = pastInstantIn(query, 'at', clock.now()) ?? Math.floor(clock.now() / secondMs) * secondMs - 1
        sendJson(response, 200, await agendaOf({ ...rooms, definitions: registry.indicators }, id, at))
      },
    },
    {
      method: 'POST',
      path: '/api/meetings/open',
      access: 'desk',
      handler: async (request, response, visit) => {
        const asked = await readJsonBody(request, meetingOpenRequestSchema, openLike, largestJson)
        sendJson(response, 200, await openMeeting(rooms, asked, visit))
      },
    },
  ]
}

function singleRoutes(rooms: MeetingRouteRooms): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/api/meetings/:id',
      access: 'wall',
      handler: (_request, response, { params }) => sendJson(response, 200, meetingCalled(rooms, params['id'] ?? '').meeting),
    },
    {
      method: 'GET',
      path: '/api/meetings/:id/minutes',
      access: 'desk',
      handler: async (_request, response, { params }) => {
        const { meeting, district, zone } = meetingCalled(rooms, params['id'] ?? '')
        const bytes = await minutesDocx(rooms.registry, meeting, { district, zone })
        response.writeHead(200, {
          'content-type': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
          'content-length': bytes.length,
          'content-disposition': `attachment; filename="minutes.docx"; filename*=UTF-8''${encodeURIComponent(`${meeting.name}纪要.docx`)}`,
        })
        response.end(bytes)
      },
    },
    {
      method: 'POST',
      path: '/api/meetings/:id/steps',
      access: 'desk',
      handler: async (request, response, visit) => {
        const asked = await readJsonBody(request, meetingStepRequestSchema, stepLike)
        sendJson(response, 200, await stepMeeting(rooms, asked, visit))
      },
    },
    {
      method: 'POST',
      path: '/api/meetings/:id/decisions',
      access: 'desk',
      handler: async (request, response, visit) => {
        const asked = maskedWords(await readJsonBody(request, meetingDecisionRequestSchema, decisionLike, largestJson))
        sendJson(response, 200, await decideInMeeting(rooms, asked, visit))
      },
    },
  ]
}
