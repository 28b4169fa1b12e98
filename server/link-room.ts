import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { LinkDefinition } from '../contract/link.ts'
import { secondMs } from '../contract/time.ts'
import type { Closing } from './closing.ts'
import type { Clock } from './core/clock.ts'
import type { Registry } from './core/registry.ts'
import type { Commands } from './http/command.ts'
import { linkDeskRoutes } from './http/links.ts'
import { linkWordRoute } from './http/link-words.ts'
import type { Route } from './http/route.ts'
import { incidentBook } from './incident-book.ts'
import { createHostGuard } from './ingest/host-guard.ts'
import { createSecrets } from './ingest/secrets.ts'
import { Courier } from './links/courier.ts'
import { createPoster } from './links/post.ts'
import type { Poster } from './links/post.ts'
import { linkFactsFor } from './links/registration.ts'
import type { Log } from './log.ts'
import type { Settings } from './settings.ts'
import type { Spine } from './spine.ts'

/** 联动系统 between the log, their couriers and the routes of the server. */
export interface LinkRoomOptions {
  readonly settings: Pick<Settings, 'dataDirectory' | 'environment'>
  readonly registry: Registry
  readonly clock: Clock
  readonly log: Log
  readonly spine: Pick<Spine, 'world' | 'note'> & { readonly recorder: Pick<Spine['recorder'], 'record'> }
  readonly commands: Commands
}

const wakeEveryMs = secondMs

/** @returns its routes; it is closed with the rest */
export function openLinkRoom(options: LinkRoomOptions, closing: Closing): readonly Route[] {
  const { settings, registry, clock, log, spine, commands } = options
  const { links, districts } = registry
  const { world } = spine
  const secrets = createSecrets({
    environment: settings.environment,
    directory: join(settings.dataDirectory, 'secrets'),
    onWarning: (text) => log('warn', text),
  })
  const secret = (name: string): string => secrets.secret(name)
  const hosts = createHostGuard(registry.app.feedHosts)
  const poster = createPoster({ clock, secret, resolve: (host, port) => hosts.resolve(host, port) })
  closing.add(() => poster.close())
  const couriers = new Map([...links.values()].map((link) => [link.id, courierOf(options, link, poster)]))
  closing.add(() => Promise.all([...couriers.values()].map((courier) => courier.close())))
  for (const district of districts.keys()) {
    const known = world.links(district)?.registered() ?? []
    const facts = linkFactsFor(district, { links: links.values(), known, now: clock.now(), newLine: randomUUID })
    if (facts.length > 0) spine.note(facts)
  }
  closing.add(
    clock.every(wakeEveryMs, () => {
      for (const courier of couriers.values()) courier.wake()
    }),
  )
  const incidents = incidentBook(world)
  return [
    ...linkDeskRoutes({
      ...{ clock, commands, links, world, incidents },
      attempts: () => [...couriers.values()].map(({ attempts }) => attempts),
      retryNow: (id) => couriers.get(id)?.retryNow(),
      wake: (id) => couriers.get(id)?.wake(),
    }),
    linkWordRoute({ ...{ clock, registry, commands, links, world, incidents }, secret }),
  ]
}

function courierOf({ clock, log, spine }: LinkRoomOptions, link: LinkDefinition, poster: Poster): Courier {
  const { world, recorder } = spine
  const book = () => world.links(link.district)
  return new Courier({
    ...{ link, clock, log },
    chance: Math.random,
    waiting: () => book()?.waiting(link.id) ?? [],
    knownTrouble: (message) =>
      message === undefined
        ? book()
            ?.registered()
            .find(({ id }) => id === link.id)?.trouble?.reason
        : book()?.trouble(message),
    post: (letter) => poster.post(link, letter),
    record: (fact) => recorder.record('system', [fact], { isWhole: true }),
  })
}
