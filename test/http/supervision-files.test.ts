import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Attachment } from '../../contract/supervision-fact.ts'
import { dayMs, hourMs } from '../../contract/time.ts'
import { openAttachmentStore } from '../../server/attachments/attachment-store.ts'
import { problemIn } from './house.ts'
import type { Answer } from './house.ts'
import { answered, SupervisionHouse } from './supervision-house.ts'

let house: SupervisionHouse

beforeEach(async () => {
  house = await new SupervisionHouse().open()
})

afterEach(() => house.close())

const told = (answer: Answer) => {
  const { status, detail } = problemIn(answer)
  return [status, detail]
}
const bytesOf = (...parts: readonly (string | Buffer)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)))
/** enough of a ZIP to be told apart: its beginning, and names as its directory has them */
const archive = (...names: readonly string[]): Buffer => bytesOf('PK\x03\x04', Buffer.alloc(200), ...names, 'PK\x05\x06')
const content = {
  pdf: bytesOf('%PDF-1.7\n', Buffer.alloc(50, 1)),
  jpg: bytesOf('\xff\xd8\xff\xe0', Buffer.alloc(50, 2)),
  png: bytesOf('\x89PNG\r\n\x1a\n', Buffer.alloc(50, 3)),
  webp: bytesOf('RIFF\x20\0\0\0WEBP', Buffer.alloc(50, 4)),
  mp4: bytesOf('\0\0\0\x18ftypisom', Buffer.alloc(50, 5)),
  docx: archive('[Content_Types].xml', 'word/document.xml'),
  xlsx: archive('[Content_Types].xml', 'xl/workbook.xml'),
}
const html = bytesOf('<!doctype html><script>alert(1)</script>')

const send = (name: string, body: Buffer, headers = house.desk(), path = '/api/supervisions/attachments') =>
  house.house.ask('POST', `${path}?name=${encodeURIComponent(name)}`, { headers, body })
const sent = async (name: string, body: Buffer): Promise<Attachment> => JSON.parse((await send(name, body)).text) as Attachment
const files = (folder: 'new' | 'kept') => readdirSync(join(house.directory, 'attachments', folder))

describe('a file that is sent', () => {
  it.each(Object.entries(content))('as .%s is told by its content, and kept by it', async (ending, body) => {
    const id = createHash('sha256').update(body).digest('hex')
    const attachment = await sent(`整改照片.${ending.toUpperCase()}`, body)
    expect(attachment).toMatchObject({ id, name: `整改照片.${ending.toUpperCase()}`, bytes: body.length })
    expect(files('new')).toEqual([id])
    expect(readFileSync(join(house.directory, 'attachments/new', id))).toEqual(body)
  })

  it.each<[what: string, name: string, body: Buffer, answer: readonly [status: number, words: RegExp]]>([
    [
      'whose name says another kind',
      'a.pdf',
      content.png,
      [415, /^file: the name ends in \.pdf, and the content is image\/png; let it end in \.png, or/],
    ],
    ['that is a page in a picture’s clothes', 'a.png', html, [415, /^file: the content is none of those that are taken: .*pages, scripts/]],
    ['that is a page', 'a.html', html, [415, /^file: the name ends in \.html; expected one of \.pdf/]],
    ['that is a drawing with a script', 'a.svg', bytesOf('<svg onload="alert(1)"/>'), [415, /ends in \.svg/]],
    ['that is an archive of anything', 'a.docx', archive('run.exe'), [415, /^file: the content is none of those/]],
    ['that holds macros', 'a.docx', archive('word/document.xml', 'word/vbaProject.bin'), [415, /holds macros; save it without them/]],
    ['that is a sheet and says it is a letter', 'a.docx', content.xlsx, [415, /let it end in \.xlsx/]],
    ['without an ending', 'a', content.pdf, [415, /the name has no ending/]],
    ['that is empty', 'a.pdf', Buffer.alloc(0), [415, /^file: the file is empty/]],
    ['that is too short to be one', 'a.pdf', bytesOf('%PD'), [415, /none of those/]],
    ['with a folder in its name', '../a.pdf', content.pdf, [400, /^name: expected the name of a file, without folders/]],
    ['with a name that turns its direction', 'a\u202efdp.exe', content.pdf, [400, /^name: expected the name of a file/]],
    ['without a name', ' ', content.pdf, [400, /^name: missing/]],
    ['with an endless name', `${'长'.repeat(120)}.pdf`, content.pdf, [400, /^name: it has 124 characters/]],
  ])('%s is refused, and nothing of it stays', async (_what, name, body, [status, words]) => {
    expect(told(await send(name, body))).toEqual([status, expect.stringMatching(words)])
    expect(files('new')).toEqual([])
  })

  it('that is too large is refused, announced or not, and the sender is told', async () => {
    const large = bytesOf(content.pdf, Buffer.alloc(1_000_000))
    expect(told(await send('a.pdf', large))).toEqual([413, expect.stringMatching(/^body: more than 1 MB/)])
    const chunked = { ...house.desk(), 'transfer-encoding': 'chunked' }
    expect(told(await send('a.pdf', large, chunked))).toEqual([413, expect.stringMatching(/^body: more than 1 MB; send a smaller file/)])
    expect(files('new')).toEqual([])
  })

  it('is refused when all together have no room', async () => {
    await house.close()
    house = await new SupervisionHouse({ mostTotalBytes: 100 }).open()
    expect((await send('a.pdf', content.pdf)).status).toBe(200)
    expect(told(await send('a.png', content.png))).toEqual([507, expect.stringMatching(/^body: all files together have reached 0 MB/)])
    // the same content is no more room
    expect((await send('b.pdf', content.pdf)).status).toBe(507)
    expect(files('new')).toHaveLength(1)
  })

  it('is refused to a unit that has sent its share of a day, and to no other; refused ones count for nothing', async () => {
    await house.close()
    house = await new SupervisionHouse({ unitBytes: 130 }).open()
    const { id } = await house.issue()
    const path = `/api/unit/orders/${id}/attachments`
    expect((await send('a.pdf', content.pdf, house.unit(), path)).status).toBe(200)
    for (const again of [1, 2, 3]) expect([again, (await send('a.pdf', html, house.unit(), path)).status]).toEqual([again, 415])
    expect((await send('a.png', content.png, house.unit(), path)).status).toBe(200)
    // another session of the same unit has no share of its own
    expect(told(await send('a.jpg', content.jpg, house.unit('housing', '赵六'), path))).toEqual([
      429,
      expect.stringMatching(/^body: this unit has sent 0 MB within a day; send it tomorrow, or have attachments\.unitDayMegabytes raised/),
    ])
    expect((await send('a.jpg', content.jpg, house.unit('dongguan', '王五'), path)).status).toBe(200)
    expect((await send('a.webp', content.webp)).status).toBe(200)
    house.clock.advance(dayMs)
    expect((await send('a.jpg', content.jpg, house.unit(), path)).status).toBe(200)
  })

  it('is refused to a unit whose steps name its share of the room, also after a restart', async () => {
    await house.close()
    house = await new SupervisionHouse({ unitBytes: 130 }).open()
    const { id } = await house.issue()
    const path = `/api/unit/orders/${id}/attachments`
    for (const ending of ['pdf', 'png', 'jpg', 'webp'] as const) {
      const file = JSON.parse((await send(`a.${ending}`, content[ending], house.unit(), path)).text) as Attachment
      answered(await house.say(id, { step: 'feedback', note: '见附件', attachments: [{ id: file.id, name: file.name }] }))
      house.clock.advance(dayMs)
    }
    house.restart()
    const words = /^body: the files of this unit have reached 0 MB; have attachments\.unitMegabytes raised/
    expect(told(await send('a.mp4', content.mp4, house.unit(), path))).toEqual([507, expect.stringMatching(words)])
    expect((await send('a.mp4', content.mp4, house.unit('dongguan', '王五'), path)).status).toBe(200)
  })

  it('that breaks off leaves nothing', async () => {
    const socket = connect(house.house.port, '127.0.0.1')
    const { cookie = '', origin = '' } = house.desk()
    const head = [
      'POST /api/supervisions/attachments?name=a.pdf HTTP/1.1',
      'host: x',
      `cookie: ${cookie}`,
      `origin: ${origin}`,
      'content-length: 9000',
    ]
    const host = origin.replace('http://', '')
    socket.write(`${head.join('\r\n').replace('host: x', `host: ${host}`)}\r\n\r\n`)
    socket.write(content.pdf)
    while (files('new').length === 0) await house.get('/healthz')
    socket.destroy()
    while (files('new').length > 0) await house.get('/healthz')
    expect(files('new')).toEqual([])
  })

  it('is refused to a wall, and to a unit for an order that is not its own', async () => {
    const { id } = await house.issue({ leadUnit: 'water', supportingUnits: [] })
    expect(problemIn(await send('a.pdf', content.pdf, house.wall())).status).toBe(403)
    expect(problemIn(await send('a.pdf', content.pdf, house.unit())).status).toBe(403)
    const path = `/api/unit/orders/${id}/attachments`
    expect(problemIn(await send('a.pdf', content.pdf, house.unit(), path)).status).toBe(404)
    expect((await send('a.pdf', content.pdf, house.unit('water'), path)).status).toBe(200)
  })
})

describe('a file that a step names', () => {
  it('is recorded with what it is, and comes back as a download that no browser runs', async () => {
    const { id } = await house.issue()
    const path = `/api/unit/orders/${id}/attachments`
    const file = JSON.parse((await send("整改'前后.png", content.png, house.unit(), path)).text) as Attachment
    answered(await house.say(id, { step: 'submitted', note: '已办结', attachments: [{ id: file.id, name: file.name }] }))
    expect(house.recorded.at(-1)).toMatchObject({ attachments: [{ ...file, mediaType: 'image/png' }] })
    for (const [from, headers] of [
      [`/api/supervisions/${id}/attachments/${file.id}`, house.desk()],
      [`${path}/${file.id}`, house.unit()],
      [`${path}/${file.id}`, house.unit('dongguan', '王五')],
    ] as const) {
      const answer = await house.get(from, headers)
      expect([answer.status, answer.headers['content-type'], answer.headers['content-length']]).toEqual([
        200,
        'image/png',
        String(content.png.length),
      ])
      expect(answer.headers['content-disposition']).toBe(
        'attachment; filename="attachment"; filename*=UTF-8\'\'%E6%95%B4%E6%94%B9%27%E5%89%8D%E5%90%8E.png',
      )
      expect(answer.headers['x-content-type-options']).toBe('nosniff')
      expect(answer.headers['content-security-policy']).toBe("sandbox; default-src 'none'")
    }
    expect(problemIn(await house.get(`${path}/${file.id}`, house.unit('water', '赵六'))).status).toBe(404)
    expect(problemIn(await house.get(`/api/supervisions/${id}/attachments/${file.id}`, house.wall())).status).toBe(403)
  })

  it('is refused where its name disagrees, or no step of this order names it', async () => {
    const { id } = await house.issue()
    const { id: file } = await sent('a.png', content.png)
    const named = { seen: 1, step: 'accepted', note: '现场核查', attachments: [{ id: file, name: 'a.pdf' }] }
    expect(told(await house.step(id, named))).toEqual([415, expect.stringMatching(/^attachments\.0: the name ends in \.pdf/)])
    for (const other of [file, '../../log.sqlite', '..%2f..%2flog.sqlite'])
      expect(problemIn(await house.get(`/api/supervisions/${id}/attachments/${encodeURIComponent(other)}`)).status).toBe(404)
  })

  it.each(['../a.png', 'b\\a.png', 'a\n.png', 'a\u202e.png', 'a\u0000.png', '   '])(
    'is refused under a name that no upload may have (%j)',
    async (name) => {
      const { id } = await house.issue()
      const { id: file } = await sent('a.png', content.png)
      const attachments = [{ id: file, name }]
      const words = /^attachments\.0\.name: expected/
      expect(told(await house.step(id, { seen: 1, step: 'feedback', note: '见照片', attachments }))).toEqual([400, expect.stringMatching(words)])
      expect(told(await house.say(id, { step: 'feedback', note: '见照片', attachments }))).toEqual([400, expect.stringMatching(words)])
    },
  )

  it('by a step out of turn has no day more to be named in', async () => {
    const { id } = await house.issue()
    const file = await sent('a.png', content.png)
    house.clock.advance(dayMs - 1)
    const attachments = [{ id: file.id, name: 'a.png' }]
    expect(told(await house.say(id, { step: 'submitted', note: '已办结', attachments }, house.unit('dongguan', '王五')))[0]).toBe(403)
    house.clock.advance(1)
    house.attachments.sweep()
    expect(files('new')).toEqual([])
  })

  it('stays for ever; one that nobody names goes after a day', async () => {
    const { id } = await house.issue()
    const [named, orphan] = [await sent('a.png', content.png), await sent('b.pdf', content.pdf)]
    const attachments = [{ id: named.id, name: 'a.png' }]
    answered(await house.step(id, { seen: 1, step: 'feedback', note: '见照片', attachments }))
    house.clock.advance(dayMs - hourMs)
    house.attachments.sweep()
    expect([files('kept'), files('new')]).toEqual([[named.id], [orphan.id]])
    house.clock.advance(hourMs)
    house.attachments.sweep()
    expect([files('kept'), files('new')]).toEqual([[named.id], []])
    expect((await house.get(`/api/supervisions/${id}/attachments/${named.id}`)).status).toBe(200)
    // the room of what is gone is free again, also after a restart
    const again = await sent('b.pdf', content.pdf)
    expect(again.id).toBe(orphan.id)
  })

  it('that was nearly a day old when it was named is not swept from under the step', async () => {
    const { id } = await sent('a.png', content.png)
    house.clock.advance(dayMs)
    expect((await house.attachments.named(id, 'a.png')).ok).toBe(true)
    house.attachments.sweep()
    expect(files('new')).toEqual([id])
  })
})

describe('the folder of files', () => {
  it('is found as it was left, without what was broken off', async () => {
    const { id } = await sent('a.png', content.png)
    const { writeFileSync } = await import('node:fs')
    writeFileSync(join(house.directory, 'attachments/new/x.part'), 'half')
    const directory = join(house.directory, 'attachments')
    const again = openAttachmentStore({ directory, mostBytes: 1_000, mostTotalBytes: 100, isAttached: () => false, clock: house.clock })
    expect(files('new')).toEqual([id])
    expect((await again.named(id, 'a.png')).ok).toBe(true)
    async function* pieces(): AsyncGenerator<Buffer> {
      yield await Promise.resolve(bytesOf(content.pdf))
    }
    expect(await again.take('b.pdf', pieces())).toMatchObject({ ok: false, error: { why: 'full' } })
  })
})
