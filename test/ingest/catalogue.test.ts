import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { CatalogueOption } from '../../contract/bench.ts'
import { feedSchema } from '../../contract/feed.ts'
import { feedCatalogue } from '../../server/ingest/catalogue.ts'
import { codecs, openCodec } from '../../server/ingest/codecs/index.ts'
import { dialects } from '../../server/ingest/feeds/index.ts'
import { checkFeed, openFeed } from '../../server/ingest/open-feed.ts'
import { transports } from '../../server/ingest/transports/index.ts'
import { shippedRegistry } from '../feeds/shipped-registry.ts'

const catalogue = feedCatalogue(shippedRegistry)

const usual = {
  id: 'tried',
  name: '试接',
  shortName: '试接',
  nameEn: 'Tried',
  district: '620802',
  zone: 'Asia/Shanghai',
  demo: false,
  cadenceSeconds: 60,
  contact: '值班室',
  mapping: '$',
}

/** Options whose meaning is not told in both languages. */
const untold = (options: readonly CatalogueOption[]): readonly string[] =>
  options.filter(({ zh, en }) => !/\p{Script=Han}/u.test(zh) || !/^[^\p{Script=Han}]+$/u.test(en)).map(({ name }) => name)

/** A file of config/feeds with a transport's sample in it, as an integrator would make one. */
const feedOf = (sample: string) => feedSchema.parse({ ...usual, ...(parse(sample) as object) })

describe.each(catalogue.transports)('the transport $name', ({ name, sample, schemes, options, zh, en }) => {
  it('has a sample that makes a feed', () => {
    const definition = feedOf(sample)
    expect(checkFeed(definition)).toEqual([])
    const opened = openFeed(definition)
    expect(opened.ok && opened.value.link?.transport.name).toBe(name)
    expect(schemes).toContain(definition.source.slice(0, definition.source.indexOf(':')))
  })

  it('has a sample that is explained', () => {
    expect(sample).toMatch(/#/)
  })

  it('says what it is in both languages, and describes each of its options', () => {
    expect(zh).toMatch(/\p{Script=Han}/u)
    expect(en).toMatch(/^[A-Za-z]/)
    expect(options.length).toBeGreaterThan(0)
    expect(untold(options)).toEqual([])
    expect(options.filter(({ type }) => type === '' || type === 'any').map((option) => option.name)).toEqual([])
  })

  it('refuses an option that it does not have, naming it', () => {
    const definition = feedOf(sample)
    const problems = checkFeed({ ...definition, transport: { ...definition.transport, pollSecond: 5 } })
    expect(problems).toHaveLength(1)
    expect(`${problems[0]?.path ?? ''} ${problems[0]?.problem ?? ''}`).toMatch(/^transport.*pollSecond/)
  })
})

describe.each(catalogue.codecs)('the codec $name', ({ name, sample, isBinary, options }) => {
  it('has a sample that decodes to whole messages', async () => {
    const given = codecs.find((codec) => codec.name === name)?.sample.options as object
    const opened = openCodec({ name, ...given }, undefined)
    if (!opened.ok) throw new Error(opened.error.map(({ problem }) => problem).join('; '))
    const body = isBinary ? Buffer.from(sample.replaceAll(/[^0-9a-f]/gi, ''), 'hex') : Buffer.from(sample)
    const decoded = await opened.value.decode({ body, origin: 'sample' }, { mostMessages: 1_000, mostBytes: 10_000_000 })
    if (!decoded.ok) throw new Error(decoded.error.refusal.detail)
    expect(decoded.value.length).toBeGreaterThan(0)
    expect(decoded.value.filter((message) => 'refusal' in message)).toEqual([])
  })

  it('describes each of its options', () => {
    expect(untold(options)).toEqual([])
  })
})

describe('the catalogue', () => {
  it('lists everything there is', () => {
    expect(catalogue.transports.map(({ name }) => name)).toEqual(transports.map(({ name }) => name))
    expect(catalogue.codecs.map(({ name }) => name)).toEqual(codecs.map(({ name }) => name))
    expect(catalogue.dialects).toEqual(dialects.map(({ name }) => name))
    expect(catalogue.sectors).toEqual([...shippedRegistry.sectors.keys()])
    expect(catalogue.quantities).toEqual([...shippedRegistry.quantities.keys()])
    expect(catalogue.functions.every(({ signature, zh, en, example }) => [signature, zh, en, example].every((part) => part !== ''))).toBe(true)
  })

  it('gives each scheme to one transport', () => {
    const schemes = ['intake', ...catalogue.transports.flatMap((transport) => transport.schemes)]
    expect(new Set(schemes).size).toBe(schemes.length)
  })

  it('tells what is usual where an option may be left out', () => {
    const poll = catalogue.transports.find(({ schemes }) => schemes.includes('https'))
    expect(poll?.options.find(({ name }) => name === 'pollSeconds')).toEqual({
      name: 'pollSeconds',
      type: expect.stringMatching(/number|integer/) as string,
      usual: expect.stringMatching(/^\d+$/) as string,
      isRequired: false,
      zh: expect.stringMatching(/\p{Script=Han}/u) as string,
      en: expect.stringMatching(/\w/) as string,
    })
    expect(poll?.options.find(({ name }) => name === 'auth.tokenSecret')).toMatchObject({ usual: undefined, isRequired: true })
    expect(poll?.options.find(({ name }) => name === 'body')).toMatchObject({ usual: undefined, isRequired: false })
  })

  it('is JSON', () => {
    expect(JSON.parse(JSON.stringify(catalogue))).toMatchObject({ dialects: catalogue.dialects })
  })
})

describe('a feed that names what is not there', () => {
  it.each([
    ['a scheme', { source: 'gopher://10.0.0.1' }, 'source', /^no transport takes gopher: addresses; there are intake: https?: /],
    ['no address', { source: 'mqtt://[', transport: { topics: ['a'] } }, 'source', /is not an address; see the sample of mqtt$/],
    ['an address behind intake:', { source: 'intake://x' }, 'source', /^write just `intake:`/],
    ['options of the intake', { source: 'intake:', transport: { pollSeconds: 5 } }, 'transport.pollSeconds', /no options/],
    ['a password in the address', { source: 'mqtt://a:b@10.0.0.1', transport: { topics: ['a'] } }, 'source', /passwordSecret/],
    ['a dialect', { source: 'intake:', mapping: undefined, dialect: 'klingon' }, 'dialect', /^no dialect is called "klingon"; there are native, /],
  ])('%s, is told what there is', (_what, given, path, problem) => {
    const { mapping, dialect, ...rest } = { ...usual, dialect: undefined, ...given }
    const definition = feedSchema.parse({ ...rest, ...(dialect === undefined ? { mapping } : { dialect }) })
    expect(checkFeed(definition)).toEqual([expect.objectContaining({ path, problem: expect.stringMatching(problem) as string })])
  })
})
