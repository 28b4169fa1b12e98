import type { Resource } from '../../../contract/duty.ts'
import { incidentOf } from '../../../contract/duty.ts'
import type { ResourceFact } from '../../../contract/duty-fact.ts'
import type { Entry } from '../../../contract/fact.ts'
import type { IncidentActFact } from '../../../contract/incident.ts'
import { dayMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { Published } from '../published.ts'

export interface ResourceBook {
  find(id: string): Resource | undefined
  all(): readonly Resource[]
  /** what a command has recorded */
  done(command: string): ResourceFact | undefined
}

interface ResourcesDump {
  readonly resources: readonly Resource[]
  readonly done: readonly ResourceFact[]
}

/** a command is sent again within minutes */
const doneForMs = 7 * dayMs

/** 力量: what the desk can send, how each stands, and for which incident. */
export class Resources implements Fold, ResourceBook {
  readonly kinds = ['resource', 'incident-act'] as const
  readonly topics
  readonly #time: FoldContext['time']
  readonly #resources = new Map<string, Resource>()
  readonly #done = new Map<string, ResourceFact>()
  readonly #published = new Published('resources', (id) => this.#resources.get(id))
  #forgetAt: Instant = 0

  constructor({ time }: FoldContext) {
    this.#time = time
    this.topics = [this.#published]
  }

  advance(): void {
    const { recorded } = this.#time
    if (recorded < this.#forgetAt) return
    this.#forgetAt = recorded + dayMs
    for (const [command, { at }] of this.#done) if (at < recorded - doneForMs) this.#done.delete(command)
  }

  apply({ fact }: Entry): void {
    if (fact.kind === 'incident-act') this.#release(fact)
    else if (fact.kind === 'resource') this.#take(fact)
  }

  find(id: string): Resource | undefined {
    return this.#resources.get(id)
  }

  all(): readonly Resource[] {
    return this.#published.read()
  }

  done(command: string): ResourceFact | undefined {
    return this.#done.get(command)
  }

  dump(): ResourcesDump {
    return { resources: [...this.#resources.values()], done: [...this.#done.values()] }
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    const { resources, done } = dump as ResourcesDump
    for (const resource of resources) this.#put(resource)
    for (const fact of done) this.#done.set(fact.command, fact)
  }

  #take(fact: ResourceFact): void {
    // a vehicle is registered and moved by one command
    const before = this.#done.get(fact.command)
    if (before !== undefined && before.step === fact.step) return
    this.#done.set(fact.command, fact)
    const known = this.#resources.get(fact.id)
    switch (fact.step) {
      case 'registered':
        this.#put(registered(fact, known))
        return
      case 'moved':
        if (known !== undefined) this.#put({ ...known, standing: fact.to, since: fact.at, by: fact.by })
        return
      case 'removed':
        this.#resources.delete(fact.id)
        this.#published.touch(fact.id)
    }
  }

  /** 释放: what was out for an incident that is over is on its way back. Merged, it goes on for the other. */
  #release({ id, act, at }: IncidentActFact): void {
    if (act.what !== 'closed' && act.what !== 'merged') return
    for (const resource of [...this.#resources.values()]) {
      const { standing } = resource
      if (incidentOf(resource) !== id) continue
      if (act.what === 'closed') this.#put({ ...resource, standing: { status: 'returning' }, since: at, by: undefined })
      else if ('incident' in standing) this.#put({ ...resource, standing: { ...standing, incident: act.into }, since: at, by: undefined })
    }
  }

  #put(resource: Resource): void {
    this.#resources.set(resource.id, resource)
    this.#published.touch(resource.id)
  }
}

function registered(
  { id, type, name, unit, place, at, by }: Extract<ResourceFact, { readonly step: 'registered' }>,
  known: Resource | undefined,
): Resource {
  const named = { id, type, name, unit, place }
  return known === undefined ? { ...named, standing: { status: 'available' }, since: at, by } : { ...known, ...named }
}
