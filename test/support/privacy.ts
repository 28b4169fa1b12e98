import { createPrivacy, keyedNames } from '../../server/ingest/privacy.ts'
import type { Privacy, PrivacyOptions } from '../../server/ingest/privacy.ts'
import { start } from './facts.ts'

/** Masks as plain stars, so that a test can say what it expects, and takes no secrets out. */
export const plainPrivacy = (given: Partial<PrivacyOptions> = {}): Privacy =>
  createPrivacy({ mark: () => '***', alias: keyedNames('of the tests').alias, redact: (text) => text, clock: { now: () => start }, ...given })

/** As the server masks: what is hidden has a name of its own. */
export const namingPrivacy = (given: Partial<PrivacyOptions> = {}): Privacy => plainPrivacy({ ...keyedNames('of the tests'), ...given })
