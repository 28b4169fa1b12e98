import fc from 'fast-check'

// The same cases on every machine and every day; `FC_SEED=random npm test` looks for new ones, `FC_SEED=<n>` repeats what it found.
const asked = process.env['FC_SEED']
if (asked !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(asked ?? 20_240_318) })
