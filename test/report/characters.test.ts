// @vitest-environment jsdom
import { strFromU8, unzipSync } from 'fflate'
import { expect, it } from 'vitest'
import { textsRequestSchema } from '../../contract/report.ts'
import type { ReportDocument } from '../../contract/report.ts'
import { packPaper } from '../../server/docx/pack.ts'
import { body } from '../../server/docx/paper.ts'
import { bulletinDocx, reportDocx } from '../../server/report/docx.ts'
import { cutOffAt, draft } from './fixture.ts'

/** What XML 1.0 forbids, and a pair of surrogates that it does not. */
const forbidden = '\u0000\u0008\u000b\u000c\u001f\ufffe\uffff\ud800'
const spoilt: ReportDocument = JSON.parse(
  JSON.stringify(draft()).replaceAll('责任', `责${JSON.stringify(forbidden).slice(1, -1)}任`),
) as ReportDocument

/** By a parser that knows which characters may be. */
const problemOf = (xml: string): string | undefined =>
  new DOMParser().parseFromString(xml, 'application/xml').querySelector('parsererror')?.textContent

const partsOf = (bytes: Buffer) =>
  Object.entries(unzipSync(new Uint8Array(bytes))).flatMap(([name, part]) => (/\.(xml|rels)$/.test(name) ? [[name, strFromU8(part)] as const] : []))

it('what judges the parts knows a forbidden character for one', () => {
  expect(problemOf(`<a>${forbidden}</a>`)).toBeDefined()
  expect(problemOf('<a>𠮷</a>')).toBeUndefined()
})

it.each<[string, () => Promise<Buffer>]>([
  ['the report', () => reportDocx(spoilt)],
  ['the bulletin', () => bulletinDocx(spoilt)],
  ['any other paper', () => packPaper([body(`𠮷${forbidden}地`)], { title: `纪${forbidden}要`, author: forbidden, at: cutOffAt })],
])('%s opens whatever characters upstreams and people have written', async (_what, make) => {
  const parts = partsOf(await make())
  expect(parts.length).toBeGreaterThan(3)
  for (const [name, xml] of parts) expect([name, problemOf(xml)]).toEqual([name, undefined])
})

it('a text with control characters is refused, one of several lines is not', () => {
  const asked = { command: 'command-1', seen: 1 }
  expect(textsRequestSchema.safeParse({ ...asked, texts: { overall: '一行\n二行\t三' } }).success).toBe(true)
  for (const character of ['\u0000', '\u000b', '\u202e', '\ud800']) {
    const parsed = textsRequestSchema.safeParse({ ...asked, texts: { overall: `一${character}二` } })
    expect(parsed.error?.issues[0]?.message).toBe('expected a text without control characters')
  }
})
