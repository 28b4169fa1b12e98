import { ensureBuilt } from '../../server/launch/prepare.mjs'

/** Tests of the whole serve the built client: it must be built of the sources under test. */
export const setup = ensureBuilt
