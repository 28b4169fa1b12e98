import { describe, expect, it } from 'vitest'
import type { Catalogue, TryAnswer } from '../../../contract/bench.ts'
import { dropDraft, readDraft, readSample, writeDraft, writeSample } from '../../../client/src/desk/bench/drafts.ts'
import { newFeedYaml } from '../../../client/src/desk/bench/new-feed.ts'
import { sampleOfFile, textInBase64 } from '../../../client/src/desk/bench/sample-file.ts'
import { planSave } from '../../../client/src/desk/bench/save-plan.ts'
import { lineOfProblem, topLevelValue } from '../../../client/src/desk/bench/yaml-lines.ts'
import { parse } from 'yaml'

const yaml = `# a feed
id: drains # never change it
district: '620802'
transport:
  topic: city/+/level
  pages:
    size: 100
admission:
  jumps: { level: { most: 2, withinSeconds: 60 } }
mapping: |
  {
    "kind": "sensor-reading",
    "at": $instant(tjrq)
  }
contact: x
`

describe('a value at the left edge of a file', () => {
  it('comes without quotes and comment', () => {
    expect(topLevelValue(yaml, 'district')).toBe('620802')
    expect(topLevelValue(yaml, 'id')).toBe('drains')
  })
  it('is none where it is indented, on other lines or not there', () => {
    expect([topLevelValue(yaml, 'topic'), topLevelValue(yaml, 'transport'), topLevelValue(yaml, 'zone')]).toEqual([undefined, undefined, undefined])
  })
})

describe('the line of a problem', () => {
  const line = (path: string, more: { readonly position?: number; readonly line?: number } = {}): number | undefined =>
    lineOfProblem(yaml, { path, problem: 'p', ...more })
  it('is the one the server names', () => {
    expect(line('transport.topic', { line: 3 })).toBe(3)
  })
  it('is the key’s own, however deep it stands', () => {
    expect([line('district'), line('transport.topic'), line('transport.pages.size'), line('admission.jumps.level.most')]).toEqual([3, 5, 7, 9])
  })
  it('is that of what it stands below where the key itself is missing', () => {
    expect([line('transport.qos'), line('transport[2]')]).toEqual([4, 4])
  })
  it('follows a position through the mapping’s lines', () => {
    const block = ['{', '  "kind": "sensor-reading",', '  "at": $instant(tjrq)', '}'].join('\n')
    expect(line('mapping', { position: block.indexOf('$instant') })).toBe(13)
    expect(line('mapping', { position: 0 })).toBe(11)
    expect(line('mapping', { position: 9_999 })).toBe(14)
    expect(lineOfProblem('mapping: $x', { path: 'mapping', problem: 'p', position: 4 })).toBe(1)
  })
  it('is none for the file as a whole, or for a key that is not there', () => {
    expect([line(''), line('zone')]).toEqual([undefined, undefined])
  })
})

describe('drafts', () => {
  const storage = () => {
    const kept = new Map<string, string>()
    return {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    }
  }
  it('come back as they were, each feed its own', () => {
    const kept = storage()
    expect(writeDraft('a', { yaml: 'id: a', basedOn: 3, at: 7 }, kept)).toBe(true)
    expect(writeDraft('+new', { yaml: 'id: n', basedOn: null, at: 8 }, kept)).toBe(true)
    expect(readDraft('a', kept)).toEqual({ yaml: 'id: a', basedOn: 3, at: 7 })
    expect(readDraft('+new', kept)).toEqual({ yaml: 'id: n', basedOn: null, at: 8 })
    dropDraft('a', kept)
    expect(readDraft('a', kept)).toBeUndefined()
  })
  it('of samples keep how they are written', () => {
    const kept = storage()
    writeSample('a', { body: '7e02', encoding: 'hex', origin: '10.0.0.1' }, kept)
    expect(readSample('a', kept)).toEqual({ body: '7e02', encoding: 'hex', origin: '10.0.0.1' })
  })
  it('that are not ours, or broken, are none', () => {
    const kept = storage()
    for (const text of ['', '{', '[]', '7', 'null', '{"yaml":1,"at":1}']) {
      kept.setItem('yiping.bench.draft.a', text)
      kept.setItem('yiping.bench.sample.a', text)
      expect([readDraft('a', kept), readSample('a', kept)]).toEqual([undefined, undefined])
    }
  })
  it('say when the browser has no room for them', () => {
    const full = {
      ...storage(),
      setItem: () => {
        throw new Error('QuotaExceededError')
      },
    }
    expect(writeDraft('a', { yaml: 'x', basedOn: null, at: 1 }, full)).toBe(false)
  })
})

describe('the file of a new feed', () => {
  const words = {
    name: '新供数',
    shortName: '新供数',
    contact: '联系人',
    idComment: 'c1',
    nameComment: 'c2',
    demoComment: 'c3',
    cadenceComment: 'c4',
    zoneComment: 'c5',
    mappingComment: 'c6',
  }
  const transport: Catalogue['transports'][number] = {
    name: 'mqtt',
    schemes: ['mqtt', 'mqtts'],
    zh: 'z',
    en: 'e',
    options: [],
    sample: '# where\nsource: mqtt://broker:1883\ncodec:\n  name: json\n  strict: true\ntransport:\n  topic: city/#',
  }
  const codec: Catalogue['codecs'][number] = { name: 'csv', zh: 'z', en: 'e', options: [], sample: 'a,b', isBinary: false }
  const choice = { transport, codec: undefined, district: '620802', zone: 'Asia/Shanghai' }
  it('is YAML with the transport’s sample in the middle, comments and all', () => {
    const written = newFeedYaml(choice, words)
    expect(written).toContain('# where\nsource: mqtt://broker:1883')
    expect(parse(written)).toMatchObject({
      id: 'new-feed',
      district: '620802',
      source: 'mqtt://broker:1883',
      codec: { name: 'json', strict: true },
      transport: { topic: 'city/#' },
      zone: 'Asia/Shanghai',
      demo: true,
    })
  })
  it('has the codec that was chosen in the place of the sample’s own', () => {
    expect(parse(newFeedYaml({ ...choice, codec }, words))).toMatchObject({ codec: 'csv', transport: { topic: 'city/#' } })
    expect(parse(newFeedYaml({ ...choice, codec, transport: { ...transport, sample: "source: 'intake:'" } }, words))).toMatchObject({
      source: 'intake:',
      codec: 'csv',
    })
  })
})

describe('a chosen file', () => {
  const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values)
  it('is text where it is UTF-8, with its byte order mark', () => {
    expect(sampleOfFile('a.csv', new TextEncoder().encode('﻿站号,水位'))).toEqual({ body: '﻿站号,水位', encoding: 'text', origin: 'a.csv' })
  })
  it('is base64 else, so that no byte is changed', () => {
    expect(sampleOfFile('gbk.csv', bytes(0xd5, 0xbe, 0xba, 0xc5))).toEqual({ body: '1b66xQ==', encoding: 'base64', origin: 'gbk.csv' })
    expect(textInBase64('1b66xQ==')).toEqual({ encoding: 'GB18030', text: '站号' })
    const large = sampleOfFile('x.bin', new Uint8Array(70_000).fill(0xff))
    expect(Buffer.from(large.body, 'base64').equals(Buffer.alloc(70_000, 0xff))).toBe(true)
  })
})

describe('what a sample in base64 says', () => {
  it('is shown where it is text, and not where it is none', () => {
    const long = `${'a'.repeat(16 * 1024 - 1)}站`
    expect(textInBase64(Buffer.from(long).toString('base64'))).toEqual({ encoding: 'UTF-8', text: 'a'.repeat(16 * 1024 - 1) })
    for (const none of ['', 'not base64!', Buffer.from([0x7e, 0x02, 0x00, 0x00]).toString('base64')]) expect(textInBase64(none)).toBeUndefined()
  })
})

describe('whether a file can go live', () => {
  const answer: TryAnswer = { problems: [], messages: [], count: 1, factCount: 1, refusalCount: 0 }
  const state = { isNew: false, isRenamed: false, isDirty: true, isBehind: false, answer, hasSample: true, version: 3 }
  it('is yes for what was tried and has no mistake', () => {
    expect(planSave(state)).toEqual({ blocked: undefined, effect: 'change', tried: 'fine' })
    expect(planSave({ ...state, isNew: true, hasSample: false })).toEqual({ blocked: undefined, effect: 'new', tried: 'noSample' })
  })
  it('is no while it is not known, wrong, overtaken or the same', () => {
    expect(planSave({ ...state, answer: undefined })).toMatchObject({ blocked: 'unknown', tried: undefined })
    expect(planSave({ ...state, answer: { ...answer, problems: [{ path: '', problem: 'p' }] } })).toMatchObject({
      blocked: 'problems',
      tried: undefined,
    })
    expect(planSave({ ...state, isBehind: true })).toMatchObject({ blocked: 'behind' })
    expect(planSave({ ...state, isDirty: false })).toMatchObject({ blocked: 'nothing', effect: undefined })
  })
  it('warns of what would be refused', () => {
    expect(planSave({ ...state, answer: { ...answer, factCount: 0, refusalCount: 2 } }).tried).toBe('refused')
    expect(planSave({ ...state, answer: { ...answer, refusalCount: 2 } }).tried).toBe('some')
    expect(planSave({ ...state, answer: { ...answer, refusal: { stage: 'decode', code: 'bad-syntax', detail: 'd' } } }).tried).toBe('refused')
  })
})
