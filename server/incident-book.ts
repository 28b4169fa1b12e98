import type { Incident } from '../contract/incident.ts'
import { topicName } from '../contract/topic.ts'
import type { IncidentBook } from './http/incidents.ts'
import type { Spine } from './spine.ts'

/** 事件, as the desk reads them of the world. */
export function incidentBook(world: Spine['world']): IncidentBook {
  return {
    all(district) {
      const topic = topicName('incidents', district)
      // the topic `incidents` holds nothing but Incident
      return (world.read([topic])[topic] ?? []) as readonly Incident[]
    },
    find: (topic, id) => world.find(topic, id),
    nextId: (district, at) => world.nextIncidentId(district, at),
  }
}
