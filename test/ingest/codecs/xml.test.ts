import fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { limits, messagesOf, refusalOf, valuesOf } from './decoding.ts'

const list =
  '<?xml version="1.0"?>\n<r xmlns:x="urn:x">\n  <x:list total="2">\n    <x:item id="1"><v>07</v></x:item>\n    <x:item/>\n  </x:list>\n</r>'

describe('xml', () => {
  it('takes a whole document as one message', async () => {
    expect(await messagesOf('xml', list)).toEqual([{ value: { r: { list: { _total: '2', item: [{ _id: '1', v: '07' }, ''] } } }, place: 'line 2' }])
  })

  it('takes each repeated element, with its line', async () => {
    expect(await messagesOf('xml', list, { options: { rows: 'r.list.item' } })).toEqual([
      { value: { _id: '1', v: '07' }, place: 'line 4' },
      { value: '', place: 'line 5' },
    ])
    expect(await valuesOf('xml', list, { options: { rows: 'r.list.other' } })).toEqual([])
    expect(await refusalOf('xml', list, { options: { rows: 'list.item' } })).toMatchObject({
      code: 'bad-shape',
      detail: 'body: the outermost element is "r", but codec.rows is "list.item"; begin it with "r"',
    })
  })

  it('names attributes, lists and prefixes as it is told', async () => {
    const options = { attributes: '@', arrays: ['v'], namespaces: 'keep' }
    expect(await valuesOf('xml', '<x:a k="1"><v>2</v></x:a>', { options })).toEqual([{ 'x:a': { '@k': '1', v: ['2'] } }])
  })

  it('knows the five entities and numbers of characters, and no others', async () => {
    expect(await valuesOf('xml', '<a>&lt;&amp;lt;&#20013;&#x6587;&nbsp;&#0;&#xFFFFFF;<![CDATA[<&amp;>]]></a>')).toEqual([
      { a: '<&lt;中文&nbsp;&#0;&#xFFFFFF;<&amp;>' },
    ])
  })

  it.each([
    ['a billion laughs', '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>', 'line 1, character 1: a DOCTYPE'],
    ['a file of ours', '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<a>&x;</a>', 'line 2, character 1: a DOCTYPE'],
    ['a DOCTYPE in the middle', '<a>\n<!doctype b SYSTEM "http://x/"></a>', 'line 2, character 1: a DOCTYPE'],
    ['a tag that is not closed', '<a>\n<b></a>', 'line 2, character 4: found no </b>'],
    ['a document that ends early', '<a><b>', 'line 1, character 7: <b> is not closed'],
    ['two outermost elements', '<a/>\n<b/>', 'line 2, character 1: a second outermost element'],
    ['text outside', '<a/>x', 'line 1, character 5: text stands outside'],
    ['an attribute without quotes', '<a b=1/>', 'line 1, character 3: a tag cannot go on like this'],
    ['a closing tag too many', '</a>', 'line 1, character 1: a closing tag without its opening one'],
    ['a < in the text', '<a>1 < 2</a>', 'line 1, character 6: a < that begins no tag'],
    ['a comment without end', '<a><!-- </a>', 'line 1, character 4: a comment is not closed'],
    ['NUL', '<a>\0</a>', 'body: holds a NUL character'],
    ['nothing', ' \n', 'body: empty'],
    ['no element', '<?xml version="1.0"?>', 'line 1, character 22: no element'],
  ])('refuses %s', async (_what, body, detail) => {
    const refusal = await refusalOf('xml', body)
    expect(refusal.code).toBe('bad-syntax')
    expect(refusal.detail).toMatch(/; \S/)
    expect(refusal.detail.startsWith(detail)).toBe(true)
  })

  it('takes a DOCTYPE that is only talked about', async () => {
    expect(await valuesOf('xml', '<!-- <!DOCTYPE a> --><a><![CDATA[<!DOCTYPE a>]]></a>')).toEqual([{ a: '<!DOCTYPE a>' }])
  })

  it('refuses what is nested too deeply, and does not walk into a million levels', async () => {
    expect(await valuesOf('xml', '<a>'.repeat(64) + '</a>'.repeat(64))).toHaveLength(1)
    expect((await refusalOf('xml', '<a>'.repeat(1_000_000))).detail).toBe('line 1, character 193: nested deeper than 64 levels; send it flatter')
  })

  it('refuses an element that is too large, or has a name that cannot be read, by itself', async () => {
    const body = `<l><i>${'x'.repeat(3 * 1024 * 1024)}</i><i><__proto__>1</__proto__></i><i>ok</i></l>`
    const values = await valuesOf('xml', body, { options: { rows: 'l.i' } })
    expect(values).toEqual([expect.objectContaining({ code: 'too-large' }), expect.objectContaining({ code: 'bad-syntax' }), 'ok'])
    expect(await refusalOf('xml', '<l><i/><i/></l>', { options: { rows: 'l.i' }, limits: { ...limits, mostMessages: 1 } })).toMatchObject({
      code: 'too-large',
    })
  })

  it.each([
    ['its declaration', iconv.encode('<?xml version="1.0" encoding="GB2312"?><a>崆峒</a>', 'gbk'), {}],
    ['its mark, whatever its declaration says', Buffer.from('\ufeff<?xml version="1.0" encoding="GBK"?><a>崆峒</a>'), {}],
    ['its mark, in UTF-16', iconv.encode('<?xml version="1.0" encoding="UTF-16"?><a>崆峒</a>', 'utf-16le', { addBOM: true }), {}],
    ['nothing at all', iconv.encode('<a>崆峒</a>', 'gbk'), {}],
    ['the option', iconv.encode('<?xml version="1.0" encoding="UTF-8"?><a>崆峒</a>', 'gbk'), { encoding: 'gbk' }],
  ])('is read in the encoding of %s', async (_what, body, options) => {
    expect(await valuesOf('xml', body, { options })).toEqual([{ a: '崆峒' }])
  })

  it('believes its declaration, and says where it lies', async () => {
    const lying = Buffer.concat([Buffer.from('<?xml version="1.0" encoding="UTF-8"?>\n<a>'), iconv.encode('崆峒', 'gbk'), Buffer.from('</a>')])
    expect((await refusalOf('xml', lying)).detail).toMatch(/^line 2, byte 4: not utf-8; send the bytes that its declaration names/)
    expect((await refusalOf('xml', '<?xml version="1.0" encoding="klingon"?><a/>')).detail).toMatch(/^line 1: encoding "klingon" is not known; /)
  })

  it('gives texts back as they were written', async () => {
    const words = fc.string({ unit: fc.constantFrom('a', '街', '<', '&', '"', ';', ']', '>') })
    const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('>', '&gt;')
    await fc.assert(
      fc.asyncProperty(words, words, async (text, attribute) => {
        const [value] = await valuesOf('xml', `<a k="${escaped(attribute)}"><b>${escaped(text)}</b></a>`)
        expect(value).toEqual({ a: { _k: attribute, b: text } })
      }),
    )
  })
})
