import { appendFileSync, writeFileSync } from 'node:fs'
import { Condensed } from './condensed.ts'
import type { SceneSample } from './round.ts'
import { measures } from './sample.ts'
import type { MeasureId } from './sample.ts'
import { afterWarmUp, judge } from './trend.ts'
import type { Trend } from './trend.ts'

const hourMs = 3_600_000

/** What is kept of a run, however long: each measure's rounds, and what else there is to tell of the page. */
export class SoakRun {
  readonly #kept = new Map<MeasureId, Condensed>(measures.map(({ id }) => [id, new Condensed()]))
  readonly #beganAt = Date.now()
  #rounds = 0
  #reloads = 0
  #openedAt: number | undefined
  #errors = { before: 0, since: 0 }
  #tiles = 0
  #playing = 0
  /** rounds, up to now, that ended without any picture that moves */
  #darkRounds = 0

  get rounds(): number {
    return this.#rounds
  }

  /** Pictures that move, of those there were place for, at the ends of rounds. */
  get playingShare(): number {
    return this.#playing / this.#tiles
  }

  get darkRounds(): number {
    return this.#darkRounds
  }

  get reloads(): number {
    return this.#reloads
  }

  get errors(): number {
    return this.#errors.before + this.#errors.since
  }

  /** A round counts as its mean: what differs from scene to scene is no noise. */
  add(samples: readonly SceneSample[]): void {
    this.#rounds += 1
    const at = (Date.now() - this.#beganAt) / hourMs
    for (const { id } of measures) {
      const values = samples.flatMap(({ figures }) => figures[id] ?? [])
      if (values.length > 0) this.#kept.get(id)?.add({ at, value: values.reduce((sum, value) => sum + value, 0) / values.length })
    }
    const last = samples.at(-1)
    this.#tiles += last?.tiles ?? 0
    this.#playing += last?.playing ?? 0
    this.#darkRounds = last?.playing === 0 ? this.#darkRounds + 1 : 0
    for (const { openedAt, errors } of samples) this.#notePage(openedAt, errors)
  }

  /** undefined: this system does not tell the figure */
  trends(): ReadonlyMap<MeasureId, Trend | undefined> {
    return new Map(
      measures.map(({ id, leastGrowth }) => {
        const points = this.#kept.get(id)?.points ?? []
        return [id, points.length === 0 && this.#rounds > 0 ? undefined : judge(afterWarmUp(points), leastGrowth)]
      }),
    )
  }

  #notePage(openedAt: number, errors: number): void {
    if (this.#openedAt !== undefined && this.#openedAt !== openedAt) {
      this.#reloads += 1
      this.#errors = { before: this.errors, since: 0 }
    }
    this.#openedAt = openedAt
    this.#errors = { ...this.#errors, since: errors }
  }
}

/** Raw samples, a line each; without a file they are not kept. @throws when the file cannot be written */
export function openSamples(file: string | undefined): (sample: SceneSample) => void {
  if (file === undefined) return () => undefined
  const ids = measures.map(({ id }) => id)
  writeFileSync(file, `${['at', 'screen', ...ids, 'tiles', 'playing', 'errors'].join(',')}\n`)
  return ({ at, screen, figures, tiles, playing, errors }) => {
    const cells = [new Date(at).toISOString(), screen, ...ids.map((id) => figures[id] ?? ''), tiles, playing, errors]
    appendFileSync(file, `${cells.map(String).join(',')}\n`)
  }
}
