import type { VideoPlatform } from '../../contract/configuration.ts'
import type { Place } from '../../contract/fact-field.ts'
import type { VideoSourceFact } from '../../contract/video-fact.ts'
import { secondMs } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'
import { bd09ToWgs84, gcj02ToWgs84 } from '../core/coordinates.ts'
import type { CameraList } from './camera-list.ts'
import type { CameraRow } from './camera-row.ts'
import { withDeadline } from './deadline.ts'
import type { CatalogueItem, RefusedItem, VideoProvider } from './provider.ts'
import { ProviderError } from './provider.ts'

/** Told of every platform, as feeds are watched. Failures say why, without address or credential. */
export interface PlatformWatch {
  /** the catalogue was read; `rejected` stays 0, since unreadable entries are told by `refused` */
  received(platform: string, receipt: { readonly facts: number; readonly rejected: 0 }): void
  failed(platform: string, reason: string): void
  /** entries of a catalogue that could not be read, told once for each change of them */
  refused(platform: string, items: readonly RefusedItem[]): void
}

export interface CatalogueOptions {
  readonly platform: VideoPlatform
  readonly provider: VideoProvider
  /** what is known of its cameras beyond its catalogue, or better */
  readonly cameraList?: CameraList | undefined
  readonly clock: Clock
  /** makes facts durable; when it fails they are told again at the next poll */
  readonly record: (platform: string, facts: readonly VideoSourceFact[]) => Promise<unknown>
  readonly watch: PlatformWatch
  /** ids of the cameras that the log has as online when the server starts: those that left the catalogue meanwhile must not stay so */
  readonly onlineBefore: readonly string[]
}

const listWithinMs = 20 * secondMs
const firstRetryMs = 2 * secondMs

/**
 * Follows one platform's catalogue and records what changed. While the platform cannot be asked its cameras stay as they were last seen;
 * a camera that has left the catalogue is offline.
 */
export class CatalogueFollower {
  readonly #options: CatalogueOptions
  /** by source id: the last fact on the log, apart from its instant */
  readonly #told = new Map<string, Omit<VideoSourceFact, 'at'>>()
  #onlineBefore: readonly string[]
  #refusedBefore = ''
  #state: 'waiting' | 'up' | 'down' = 'waiting'
  #polling: Promise<void> | undefined
  #failures = 0
  #isClosed = false
  #cancel = (): void => undefined

  constructor(options: CatalogueOptions) {
    this.#options = options
    this.#onlineBefore = options.onlineBefore
    this.#follow()
  }

  /** waiting: not yet answered · down: the last poll failed */
  get state(): 'waiting' | 'up' | 'down' {
    return this.#state
  }

  /** Undefined for what has never stood in the catalogue, or in no region that is ours. */
  stateOf(source: string): 'online' | 'offline' | undefined {
    return this.#told.get(source)?.state
  }

  /** Asks now; resolves when what changed is recorded. A poll that is under way is shared. */
  poll(): Promise<void> {
    this.#polling ??= this.#ask().finally(() => (this.#polling = undefined))
    return this.#polling
  }

  close(): void {
    this.#isClosed = true
    this.#cancel()
  }

  #follow(): void {
    void this.poll().then(() => {
      if (!this.#isClosed) this.#cancel = this.#options.clock.after(this.#pauseMs(), () => this.#follow())
    })
  }

  /** A platform that does not answer is asked again soon at first, then less and less, down to its usual rhythm. */
  #pauseMs(): number {
    const usualMs = this.#options.platform.catalogueSeconds * secondMs
    return this.#failures === 0 ? usualMs : Math.min(usualMs, firstRetryMs * 2 ** (this.#failures - 1))
  }

  async #ask(): Promise<void> {
    const { platform, provider, cameraList, clock, watch } = this.#options
    try {
      const { items, refused } = await withDeadline(clock, listWithinMs, (signal) => provider.list(signal)).catch(asProviderError)
      this.#state = 'up'
      this.#failures = 0
      const list = await cameraList?.read()
      this.#tellRefused(list === undefined ? refused : [...refused, ...(cameraList?.refusals(list, items) ?? [])])
      await this.#tell(items.flatMap((item) => factOf(item, list?.of(item), platform) ?? []))
      watch.received(platform.id, { facts: items.length, rejected: 0 })
    } catch (error) {
      if (error instanceof ProviderError) {
        this.#state = 'down'
        this.#failures += 1
        watch.failed(platform.id, error.message)
      } else {
        // the log, not the platform: the recorder speaks for itself, and the next poll tries again
        watch.received(platform.id, { facts: 0, rejected: 0 })
      }
    }
  }

  async #tell(seen: readonly Omit<VideoSourceFact, 'at'>[]): Promise<void> {
    const { platform, clock, record } = this.#options
    const present = new Set(seen.map(({ id }) => id))
    const gone = [...this.#told.values()]
      .filter(({ id, state }) => !present.has(id) && state === 'online')
      .map((fact) => ({ ...fact, state: 'offline' as const }))
    const goneBefore = this.#onlineBefore
      .filter((id) => !present.has(id) && !this.#told.has(id))
      .map((id) => ({ kind: 'video-source', id, state: 'offline' }) as const)
    const changed = [...seen, ...gone, ...goneBefore].filter((fact) => JSON.stringify(fact) !== JSON.stringify(this.#told.get(fact.id)))
    if (changed.length === 0) return
    const at = clock.now()
    await record(
      platform.id,
      changed.map((fact) => ({ ...fact, at })),
    )
    for (const fact of changed) this.#told.set(fact.id, fact)
    this.#onlineBefore = []
  }

  #tellRefused(refused: readonly RefusedItem[]): void {
    const now = JSON.stringify(refused)
    if (now === this.#refusedBefore) return
    this.#refusedBefore = now
    if (refused.length > 0) this.#options.watch.refused(this.#options.platform.id, refused)
  }
}

/** What a provider throws against its word is a mistake of ours, which must not look like an empty catalogue. */
function asProviderError(cause: unknown): never {
  if (cause instanceof ProviderError) throw cause
  const name = cause instanceof Error ? cause.name : typeof cause
  throw new ProviderError('unreachable', `its catalogue could not be read for a mistake in this server (${name}): please report it`, { cause })
}

const toWgs84 = { wgs84: (place: Place): Place => place, gcj02: gcj02ToWgs84, bd09: bd09ToWgs84 } as const

/** Undefined for cameras of regions that config does not name: they are not ours to show. What the camera list says holds over all else. */
function factOf(item: CatalogueItem, row: CameraRow | undefined, platform: VideoPlatform): Omit<VideoSourceFact, 'at'> | undefined {
  const known = { ...byCatalogue(item), ...byRegion(item, platform), ...byRow(row) }
  const { domain, place, sensitivity = 'open', isKey = false, canMove = false } = known
  if (domain === undefined) return undefined
  return {
    kind: 'video-source',
    id: item.id,
    state: item.isOnline ? 'online' : 'offline',
    // always said: what is taken out of config must not stay in the log as it was
    ...said({ ...known, place: place && toWgs84[platform.datum](place), sensitivity, isKey, canMove }),
  }
}

type Known = Pick<VideoSourceFact, 'name' | 'domain' | 'subdistrict' | 'place' | 'heading' | 'code' | 'unit' | 'sensitivity' | 'isKey' | 'canMove'>

function byCatalogue({ id, name, place, heading, code, canMove }: CatalogueItem): Known {
  return said({ name, place, heading, code: code ?? (/^\d{20}$/.test(id) ? id : undefined), canMove })
}

function byRegion({ id, regions }: CatalogueItem, { domains, units, sensitivity, keyCameras }: VideoPlatform): Known {
  const of = <T>(named: Readonly<Record<string, T>>, names = regions): T | undefined => {
    // what platforms call their directories might be the name of something that every object has
    const name = names.find((each) => Object.hasOwn(named, each))
    return name === undefined ? undefined : named[name]
  }
  return said({ domain: of(domains), unit: of(units), sensitivity: of(sensitivity, [id, ...regions]), isKey: keyCameras.includes(id) })
}

function byRow(row: CameraRow | undefined): Known {
  if (row === undefined) return {}
  const { name, domain, unit, subdistrict, place, heading, code, sensitivity, isKey } = row
  return said({ name, domain, unit, subdistrict, place, heading, code, sensitivity, isKey })
}

/** Without what nobody said. */
const said = <T extends object>(fields: T): { [Field in keyof T]?: Exclude<T[Field], undefined> } =>
  // entries without undefined values are what the type says
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [Field in keyof T]?: Exclude<T[Field], undefined> }
