import { computed, ref, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref, ShallowRef } from 'vue'
import type { FeedFile } from '../../../../contract/bench.ts'
import { benchApi } from '../bench-api.ts'
import type { Failure } from '../bench-api.ts'
import { dropDraft, readDraft, writeDraft } from './drafts.ts'
import type { Draft, DraftStorage } from './drafts.ts'

/** Drafts of a feed that has no id yet; no id can be called so. */
export const newFeedKey = '+new'

export interface FeedFileInHand {
  /** as it is live; undefined for a new feed, and until it is there */
  readonly file: Readonly<ShallowRef<FeedFile | undefined>>
  readonly failure: Readonly<ShallowRef<Failure | undefined>>
  /** what is being written */
  readonly yaml: Ref<string>
  /** the version it began with; null for a new feed */
  readonly basedOn: Readonly<Ref<number | null>>
  readonly isDirty: ComputedRef<boolean>
  /** somebody saved another version since this was begun */
  readonly isBehind: ComputedRef<boolean>
  /** when what was found in this browser was last written; undefined when there was nothing */
  readonly restoredAt: Ref<number | undefined>
  /** false when this browser would not keep what is typed */
  readonly isKept: Readonly<Ref<boolean>>
  /** what was given up last, to take it back */
  readonly givenUp: Readonly<ShallowRef<Draft | undefined>>
  readonly load: () => Promise<void>
  readonly giveUp: () => void
  readonly takeBack: () => void
  /** From here on what is written replaces the newest version. */
  readonly rebase: () => void
  /** It was saved: nothing of it is a draft any more. */
  readonly settle: () => void
}

/** A feed's file and what is typed over it: kept in this browser until it is saved, whatever happens to the server or the page. */
export function useFeedFile(id: string | undefined, now: () => number = Date.now, storage: DraftStorage = localStorage): FeedFileInHand {
  const key = id ?? newFeedKey
  const draft = readDraft(key, storage)
  const [file, failure, givenUp] = [shallowRef<FeedFile>(), shallowRef<Failure>(), shallowRef<Draft>()]
  const yaml = ref(draft?.yaml ?? '')
  const basedOn = ref(draft?.basedOn ?? null)
  const restoredAt = ref(draft?.at)
  const isKept = ref(true)
  const isDirty = computed(() => (file.value === undefined ? yaml.value.trim() !== '' : yaml.value !== file.value.yaml))
  const isBehind = computed(() => file.value !== undefined && isDirty.value && basedOn.value !== file.value.version)
  const written = (): Draft => ({ yaml: yaml.value, basedOn: basedOn.value, at: now() })

  async function load(): Promise<void> {
    if (id === undefined) return
    const wasTyped = isDirty.value
    const answered = await benchApi.feed(id)
    failure.value = answered.ok ? undefined : answered.failure
    if (!answered.ok) return
    file.value = answered.value
    if (!wasTyped || yaml.value === answered.value.yaml) follow(answered.value)
  }
  function follow(live: Pick<FeedFile, 'yaml'> & { readonly version: number | null }): void {
    yaml.value = live.yaml
    basedOn.value = live.version
    settle()
  }
  function settle(): void {
    restoredAt.value = undefined
    dropDraft(key, storage)
  }
  function keep(): void {
    if (isDirty.value) isKept.value = writeDraft(key, written(), storage)
    else dropDraft(key, storage)
  }
  function giveUp(): void {
    givenUp.value = written()
    follow(file.value ?? { yaml: '', version: null })
  }
  function takeBack(): void {
    if (givenUp.value === undefined) return
    follow({ yaml: givenUp.value.yaml, version: givenUp.value.basedOn })
    givenUp.value = undefined
  }
  function rebase(): void {
    if (file.value === undefined) return
    basedOn.value = file.value.version
    keep()
  }
  watch(yaml, keep)
  return { file, failure, yaml, basedOn, isDirty, isBehind, restoredAt, isKept, givenUp, load, giveUp, takeBack, rebase, settle }
}
