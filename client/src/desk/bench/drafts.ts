/**
 * What was typed and not saved, so that neither a reload nor a server that is away loses it. The file is kept in this browser; the sample
 * only as long as the tab, for it may hold what should not rest on a disk.
 */

export interface Draft {
  readonly yaml: string
  /** the version it began with; null for a new feed */
  readonly basedOn: number | null
  /** by this machine's clock */
  readonly at: number
}

export interface SampleDraft {
  readonly body: string
  readonly encoding: 'text' | 'hex' | 'base64'
  readonly origin: string
}

/** Where drafts are kept: a part of the browser's Storage. */
export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

const fileKey = (feed: string): string => `yiping.bench.draft.${feed}`
const sampleKey = (feed: string): string => `yiping.bench.sample.${feed}`

export function readDraft(feed: string, storage: DraftStorage = localStorage): Draft | undefined {
  const found = parse(storage.getItem(fileKey(feed)))
  if (typeof found?.['yaml'] !== 'string' || typeof found['at'] !== 'number') return undefined
  const basedOn = found['basedOn']
  return { yaml: found['yaml'], basedOn: typeof basedOn === 'number' ? basedOn : null, at: found['at'] }
}

/** @returns false when the browser has no room for it: the page must say so */
export const writeDraft = (feed: string, draft: Draft, storage: DraftStorage = localStorage): boolean =>
  write(fileKey(feed), JSON.stringify(draft), storage)

export function dropDraft(feed: string, storage: DraftStorage = localStorage): void {
  storage.removeItem(fileKey(feed))
}

export function readSample(feed: string, storage: DraftStorage = sessionStorage): SampleDraft | undefined {
  const found = parse(storage.getItem(sampleKey(feed)))
  const encoding = (['text', 'hex', 'base64'] as const).find((known) => known === found?.['encoding'])
  if (typeof found?.['body'] !== 'string' || encoding === undefined) return undefined
  return { body: found['body'], encoding, origin: typeof found['origin'] === 'string' ? found['origin'] : '' }
}

export const writeSample = (feed: string, sample: SampleDraft, storage: DraftStorage = sessionStorage): boolean =>
  write(sampleKey(feed), JSON.stringify(sample), storage)

function write(key: string, text: string, storage: DraftStorage): boolean {
  try {
    storage.setItem(key, text)
    return true
  } catch {
    // the browser's own limit on what a page may keep
    return false
  }
}

function parse(text: string | null): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? 'null')
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    // not ours, or cut off: as good as none
    return undefined
  }
}
