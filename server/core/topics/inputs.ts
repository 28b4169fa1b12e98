import type { Entry, InputFact, WorkOrderFact } from '../../../contract/fact.ts'
import type { InputDefinition } from '../../../contract/indicator.ts'
import type { InputState } from '../../../contract/topic.ts'
import { dayNumber } from '../calendar.ts'
import type { FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import type { Newest } from '../series-rules.ts'
import { OrderSource } from './input-orders.ts'
import { constantSource, ReportedSource } from './input-source.ts'
import type { InputSource } from './input-source.ts'
import { OrderTellers } from './order-tellers.ts'

/** Told of each change: the input, the business day from which its values are others, and the member it is of. */
export type InputChanged = (input: string, day: number, of: string | undefined) => void

interface InputDump {
  readonly input: string
  readonly of: string | undefined
  readonly series: unknown
}

type Query = NonNullable<InputDefinition['orders']>

/** 输入数 of a district: where formulas take their values from, and those told to walls by themselves. */
export class Inputs {
  readonly published: Published<'inputs'>
  /** feeds whose orders are counted */
  readonly tellers: OrderTellers
  readonly #context: FoldContext
  readonly #changed: InputChanged
  readonly #sources = new Map<string, InputSource>()
  readonly #reported = new Map<string, ReportedSource>()
  readonly #counted = new Map<string, { readonly source: OrderSource; readonly query: Query }>()
  /** by channel, units whose counts changed since anything was last read: once more changes nothing, and there are a million orders */
  readonly #recounted = new Map<string, Set<string | undefined>>()

  constructor(context: FoldContext, changed: InputChanged) {
    this.#context = context
    this.#changed = changed
    this.published = new Published('inputs', (id) => this.#build(id))
    this.tellers = new OrderTellers([...context.registry.inputs.values()].flatMap(({ orders }) => orders?.channels ?? []))
    for (const definition of context.registry.inputs.values()) this.#add(definition)
    context.orders.subscribe((channel, unit) => this.#recount(channel, unit))
  }

  /** Undefined for an input that is not configured. */
  source(input: string): InputSource | undefined {
    return this.#sources.get(input)
  }

  /** Inputs counted from orders: they are as old as the minute. */
  get counted(): Iterable<string> {
    return this.#counted.keys()
  }

  /** The newest report of a series, by the name that admission has for it. */
  newest(series: string): Newest | undefined {
    const [, input = '', ...of] = series.split('/')
    return this.#reported.get(input)?.series(of.slice(0, -1).join('/') || undefined)?.newest
  }

  /** Something is about to be reckoned from the sources: what changes from now on changes it again. */
  beginReading(): void {
    if (this.#recounted.size > 0) this.#recounted.clear()
  }

  take(fact: InputFact, entry: Entry): void {
    const source = this.#reported.get(fact.input)
    // an input that was taken out of the configuration, or is no longer reported; its facts stay in the log
    if (source === undefined) return
    const { time } = this.#context
    const { at, value } = fact
    const report = { at, value, day: dayNumber(at, time.zone), receivedAt: entry.at, feed: entry.feed }
    const day = source.seriesOf(fact.of).take(report, time.day)
    if (day === undefined) return
    source.changed()
    this.#touch(fact.input, fact.of)
    this.#changed(fact.input, day, fact.of)
  }

  /** An order is counted by others; here it only says who told it. */
  hearOrder({ channel }: WorkOrderFact, feed: string): void {
    if (channel !== undefined && this.tellers.heard(channel, feed)) this.#recount(channel, undefined)
  }

  beginDay(): void {
    this.tellers.beginDay()
    for (const source of this.#reported.values()) source.changed()
    for (const { source } of this.#counted.values()) source.changed()
    this.published.touchAll()
  }

  beginMinute(): void {
    this.tellers.weigh()
    for (const [input, { source }] of this.#counted) {
      if (!this.#isPublished(input)) continue
      this.#touch(input, undefined)
      for (const unit of source.members()) this.#touch(input, unit)
    }
  }

  dump(): readonly InputDump[] {
    return [...this.#reported].flatMap(([input, source]) => source.all.map(([of, series]) => ({ input, of, series: series.dump() })))
  }

  restore(dump: readonly InputDump[]): void {
    for (const { input, of, series } of dump) {
      const source = this.#reported.get(input)
      if (source === undefined) continue
      source.seriesOf(of).restore(series)
      source.changed()
      this.#touch(input, of)
    }
    for (const [input, { source }] of this.#counted) for (const unit of [undefined, ...source.members()]) this.#touch(input, unit)
  }

  #add(definition: InputDefinition): void {
    const { id, orders, constant } = definition
    const { time, orders: counted } = this.#context
    if (constant !== undefined) this.#sources.set(id, constantSource(constant))
    else if (orders !== undefined)
      this.#counted.set(id, { source: new OrderSource(orders, { orders: counted, tellers: this.tellers, time }), query: orders })
    else this.#reported.set(id, new ReportedSource(definition, time))
    const source = this.#reported.get(id) ?? this.#counted.get(id)?.source
    if (source !== undefined) this.#sources.set(id, source)
  }

  #recount(channel: string, unit: string | undefined): void {
    const known = this.#recounted.get(channel)
    if (known?.has(unit) === true) return
    if (known === undefined) this.#recounted.set(channel, new Set([unit]))
    else known.add(unit)
    for (const [input, { source, query }] of this.#counted) {
      if (!query.channels.includes(channel)) continue
      source.changed()
      this.#touch(input, undefined)
      if (unit !== undefined) this.#touch(input, unit)
      this.#changed(input, -Infinity, unit)
    }
  }

  #isPublished(input: string): boolean {
    return this.#context.registry.inputs.get(input)?.published === true
  }

  #touch(input: string, of: string | undefined): void {
    if (!this.#isPublished(input)) return
    this.published.touch(input)
    if (of !== undefined) this.published.touch(`${input}/${of}`)
  }

  #build(id: string): InputState | undefined {
    this.beginReading()
    // an input's id has no slash
    const [input = '', ...rest] = id.split('/')
    const of = rest.length === 0 ? undefined : rest.join('/')
    const source = this.#sources.get(input)
    const reading = source?.present('year', of)
    if (source === undefined || reading === undefined) return undefined
    const { value, observedAt, receivedAt, corrected, feed } = reading
    return { id, input, of, value, start: source.presentStart(of), observedAt, receivedAt, corrected, feed }
  }
}
