import { ensureBuilt, ensureInstalled } from './prepare.mjs'

// `npm run build`: the client for `npm run serve`.
await ensureInstalled()
await ensureBuilt()
