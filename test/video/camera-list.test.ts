import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import iconv from 'iconv-lite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import writeWorkbook from 'write-excel-file/node'
import type { VideoPlatform } from '../../contract/configuration.ts'
import type { VideoSourceFact } from '../../contract/video-fact.ts'
import { cameraListProblems, openCameraLists } from '../../server/video/camera-list.ts'
import type { CameraList } from '../../server/video/camera-list.ts'
import { CatalogueFollower } from '../../server/video/catalogue.ts'
import type { CatalogueItem } from '../../server/video/provider.ts'
import { row, workbook } from '../ingest/codecs/workbook.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { district, registryWith, unit } from '../support/registry.ts'
import { wvpPlatform } from './platforms.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'yiping-cameras-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Each file written is a second older or younger than any before: what changed within one instant would not be seen. */
let second = 1_700_000_000
function write(file: string, content: string | Buffer): void {
  writeFileSync(join(folder, file), content)
  second += 1
  utimesSync(join(folder, file), second, second)
}

const bounds: [number, number, number, number] = [106.431, 35.272, 107.193, 35.746]

function listOf(file: string, given: Partial<VideoPlatform> = {}): CameraList {
  const platform = { ...wvpPlatform({ url: 'http://platform.test', cameraList: file }), ...given } as VideoPlatform
  const registry = registryWith({
    districts: [{ ...district({ id: '620802' }), map: { bounds, boundary: 'kongtong.geojson' } }],
    units: [unit({ id: 'police', name: '区公安分局', shortName: '公安分局' })],
    videoPlatforms: [platform],
  })
  const list = openCameraLists(folder, registry).get(platform.id)
  if (list === undefined) throw new Error('the platform has a camera list')
  return list
}

const told = async (list: CameraList): Promise<readonly string[]> =>
  (await cameraListProblems([list])).map(({ file, path, problem }) => `${file}: ${path}: ${problem}`)

/** What a list of this text says, and what is wrong with it. */
async function read(text: string | Buffer, file = 'cameras.csv'): Promise<{ rows: readonly object[]; problems: readonly string[] }> {
  write(file, text)
  const list = listOf(file)
  const { rows } = await list.read()
  const said = rows.map((each) => Object.fromEntries(Object.entries(each).filter(([, value]) => value !== undefined)))
  return { rows: said, problems: await told(list) }
}

const crossing = {
  row: 2,
  id: 'a',
  name: '解放路十字',
  domain: 'social-governance',
  unit: 'police',
  subdistrict: '620802001',
  place: [106.6842, 35.5392],
  heading: 135,
  sensitivity: 'internal',
  isKey: true,
}
const header = '编码,名称,领域,责任单位,乡镇街道,经度,纬度,朝向,敏感级别,重点'
const chinese = `${header}\na,解放路十字,社会治理,公安分局,东关街道,106.6842,35.5392,朝东南,内部,是\n`

describe('a list is read', () => {
  test.each([
    ['in UTF-8', Buffer.from(chinese)],
    ['in UTF-8 with a byte order mark', Buffer.from(`\ufeff${chinese}`)],
    ['in GB18030', iconv.encode(chinese, 'gb18030')],
    ['separated by tabs', Buffer.from(chinese.replaceAll(',', '\t'))],
    ['separated by semicolons, with Windows line ends', Buffer.from(chinese.replaceAll(',', ';').replaceAll('\n', '\r\n'))],
  ])('%s', async (_name, bytes) => {
    expect(await read(bytes)).toEqual({ rows: [crossing], problems: [] })
  })

  test('with English names of columns and our own words, below a title and with columns of its own', async () => {
    const text = `全区摄像机清单\nid,installed,name,domain,unit,subdistrict,Longitude (°),latitude,heading,sensitivity,key
a,2019,解放路十字,social-governance,police,620802001,106.6842,35.5392,135,internal,yes\n`
    expect(await read(text)).toEqual({ rows: [{ ...crossing, row: 3 }], problems: [] })
  })

  test('from a workbook, as another program writes it', async () => {
    const cells = chinese
      .trim()
      .split('\n')
      .map((line) => line.split(',').map((value) => (/^\d+\.\d+$/.test(value) ? { value: Number(value), type: Number } : { value })))
    expect(await read(await writeWorkbook(cells).toBuffer(), 'cameras.xlsx')).toEqual({ rows: [crossing], problems: [] })
  })

  test('with what it does not say left open, and empty rows counted', async () => {
    expect(await read('id,code,name\n\n,62080200001310000001,—\nb,,\n')).toEqual({
      rows: [
        { row: 3, code: '62080200001310000001' },
        { row: 4, id: 'b' },
      ],
      problems: [],
    })
  })

  test('masks whose door a camera looks at', async () => {
    expect((await read('id,name\na,解放路12号 王先生13812345678\n')).rows).toEqual([{ row: 2, id: 'a', name: '解放路*号 王*****' }])
  })
})

describe('a mistake is told by file, row and column, and its field is ignored', () => {
  const list = (name: string, cell: string): string => `编码,${name}\na,${cell}\n`

  test.each([
    ['领域', '治安', 'no domain is called "治安"; there are 社会治理, 城市管理, 智慧文旅, social-governance, urban-management, culture-tourism'],
    ['责任单位', '公安局', 'no unit of district 620802 is called "公安局"; the nearest in config/units.yaml is "公安分局"'],
    ['乡镇街道', '西关街道', 'no subdistrict of district 620802 is called "西关街道"; the nearest in config/districts is "东关街道"'],
    ['朝向', '361', 'found "361", expected degrees clockwise from north, 0 to 360, or one of 北 东北 东 东南 南 西南 西 西北'],
    ['重点', '也许', 'found "也许", expected 是 or 否 (yes, no)'],
    ['国标编码', '6208020000131', 'found "6208020000131", expected the 20 digits of GB/T 28181'],
  ])('%s: %s', async (name, cell, problem) => {
    expect(await read(list(name, cell))).toEqual({ rows: [{ row: 2, id: 'a' }], problems: [`video/cameras.csv: row 2, column ${name}: ${problem}`] })
  })

  test.each([
    ['0,0', '经度', 'found 0, 0, expected a place, or empty cells where it is not known'],
    ['35.5392,106.6842', '经度', 'found 35.5392, 106.6842, expected longitude and latitude the other way round'],
    ['200,35', '经度', 'found 200, 35, expected a longitude from -180 to 180 and a latitude from -90 to 90'],
    ['106.6842,', '纬度', 'found nothing, expected a value beside that of 经度 / longitude'],
    ['１０６.68,35.5', '经度', 'found "１０６.68", expected "106.68": full-width characters are others'],
    ['106°41′,35.5', '经度', 'found "106°41′", expected degrees as a decimal number, such as 106.6842'],
  ])('places: %s', async (cells, column, problem) => {
    expect(await read(`编码,经度,纬度\na,${cells}\n`)).toEqual({
      rows: [{ row: 2, id: 'a' }],
      problems: [`video/cameras.csv: row 2, column ${column}: ${problem}`],
    })
  })

  test('a level that cannot be read closes the camera, rather than opening it', async () => {
    const { rows, problems } = await read(list('敏感级别', '绝密'))
    expect(rows).toEqual([{ row: 2, id: 'a', sensitivity: 'sensitive' }])
    expect(problems).toEqual([
      'video/cameras.csv: row 2, column 敏感级别: no sensitivity is called "绝密"; there are 公开, 内部, 敏感, open, internal, sensitive',
    ])
    // an unquoted comma: which cell is which cannot be known any more
    expect(await read('编码,名称,敏感级别\na,路口,北,公开\n')).toEqual({
      rows: [{ row: 2, id: 'a', sensitivity: 'sensitive' }],
      problems: ['video/cameras.csv: row 2: found more cells than columns: put texts that hold a comma in quotation marks'],
    })
  })

  test('a camera has one row: the first', async () => {
    expect(await read('id,code,name\na,,一\nb,62080200001310000001,二\na,,三\nc,62080200001310000001,四\n')).toEqual({
      rows: [
        { row: 2, id: 'a', name: '一' },
        { row: 3, id: 'b', code: '62080200001310000001', name: '二' },
      ],
      problems: [
        'video/cameras.csv: row 4, column id: found "a", which row 2 has already: a camera has one row',
        'video/cameras.csv: row 5, column code: found "62080200001310000001", which row 3 has already: a camera has one row',
      ],
    })
  })

  test('a row without a number, and numbers that a spreadsheet has rounded', async () => {
    const sheet = workbook(row(1, ['编码', '名称']) + row(2, ['<c><v>6.2080200001310003E+19</v></c>', '一']) + row(3, ['', '二']))
    expect(await read(sheet, 'cameras.xlsx')).toEqual({
      rows: [],
      problems: [
        'video/cameras.xlsx: row 2, column 编码: found "6.2080200001310003E+19", a number that the spreadsheet has rounded: format the column as text and enter it again',
        'video/cameras.xlsx: row 3, column 编码: found nothing, expected a value: a camera cannot be without',
      ],
    })
  })
})

describe('a file that cannot be read as a whole', () => {
  test.each([
    [
      'no names of columns',
      'a,b\n1,2\n',
      'found no row with the names of the columns, expected such as 编码 / 编号 / id, 名称 / name, 责任单位 / unit',
    ],
    ['a name of a column that is nearly one', '编码,名称,敏感级\na,x,敏感\n', 'no column is called "敏感级"; the nearest is "敏感级别"'],
    [
      'a quotation mark that nobody closed',
      'id,name\na,"x\n',
      'line 2: a quotation mark is not closed, or text stands beside one: close it, or double it',
    ],
    ['neither UTF-8 nor GB18030', Buffer.from([0x69, 0x64, 0xff, 0xff, 0x0a]), 'neither UTF-8 nor GB18030: save it as CSV UTF-8'],
  ])('%s', async (_name, bytes, problem) => {
    expect(await read(bytes)).toEqual({ rows: [], problems: [`video/cameras.csv: : ${problem}`] })
  })

  test('no workbook, and no file at all', async () => {
    const cure = 'not readable as an .xlsx workbook: open it and save it anew as .xlsx (Excel, WPS: 另存为), without a password'
    expect((await read('id,name\n', 'cameras.xlsx')).problems).toEqual([`video/cameras.xlsx: : ${cure}`])
    expect(await told(listOf('gone.csv'))).toEqual(['video/gone.csv: : cannot be read: put it into config/video, readable by the server'])
  })
})

test('a changed file is read again; one that breaks leaves what was read, until it is mended', async () => {
  const list = listOf('cameras.csv')
  const names = async (): Promise<readonly (string | undefined)[]> => (await list.read()).rows.map(({ name }) => name)
  write('cameras.csv', 'id,name\na,一\n')
  expect(await names()).toEqual(['一'])
  write('cameras.csv', 'id,name\na,"二\n')
  expect(await names()).toEqual(['一'])
  expect(await told(list)).toHaveLength(1)
  rmSync(join(folder, 'cameras.csv'))
  expect(await names()).toEqual(['一'])
  write('cameras.csv', 'id,name\na,三\n')
  expect(await names()).toEqual(['三'])
  expect(await told(list)).toEqual([])
})

/** What is said of every camera of which nothing else is known. */
const plain = { sensitivity: 'open', isKey: false, canMove: false }

describe('beside a catalogue', () => {
  const item = (given: Partial<CatalogueItem>): CatalogueItem => ({
    id: 'a',
    name: '平台名',
    isOnline: true,
    regions: ['社会治理'],
    place: [106.6, 35.5],
    heading: 10,
    ...given,
  })

  async function factsOf(
    list: CameraList,
    items: readonly CatalogueItem[],
  ): Promise<{ facts: readonly VideoSourceFact[]; refused: readonly string[] }> {
    const clock = new ManualClock(1_000)
    const facts: VideoSourceFact[] = []
    const refused: string[] = []
    const follower = new CatalogueFollower({
      platform: wvpPlatform({
        url: 'http://platform.test',
        domains: { 社会治理: 'social-governance' },
        units: { 社会治理: 'housing' },
        sensitivity: { 社会治理: 'internal' },
        keyCameras: ['a'],
        datum: 'gcj02',
      }),
      provider: { list: () => Promise.resolve({ items, refused: [] }), open: () => Promise.reject(new Error('not asked here')) },
      cameraList: list,
      clock,
      record: (_platform, told) => Promise.resolve(facts.push(...told)),
      watch: {
        received: () => undefined,
        failed: (_id, reason) => refused.push(reason),
        refused: (_id, told) => refused.push(...told.map(({ detail }) => detail)),
      },
      onlineBefore: [],
    })
    await follower.poll()
    follower.close()
    return { facts, refused }
  }

  test('its rows complete and override, by id or by code, and what they leave open stays', async () => {
    write('cameras.csv', `${header},国标编码\na,名单名,城市管理,公安分局,东关街道,,,,公开,否,\n,,,,,,,西,,,62080200001310000002\n`)
    const { facts, refused } = await factsOf(listOf('cameras.csv'), [
      item({}),
      item({ id: 'b', code: '62080200001310000002', regions: ['别处', '社会治理'] }),
      item({ id: 'c' }),
    ])
    expect(refused).toEqual([])
    expect(facts.map((fact) => ({ ...fact, place: fact.place?.map((degrees) => degrees.toFixed(2)) }))).toEqual([
      {
        kind: 'video-source',
        ...plain,
        id: 'a',
        at: 1_000,
        state: 'online',
        name: '名单名',
        domain: 'urban-management',
        unit: 'police',
        subdistrict: '620802001',
        sensitivity: 'open',
        heading: 10,
        place: ['106.60', '35.50'],
      },
      {
        kind: 'video-source',
        ...plain,
        id: 'b',
        at: 1_000,
        state: 'online',
        name: '平台名',
        domain: 'social-governance',
        unit: 'housing',
        sensitivity: 'internal',
        code: '62080200001310000002',
        heading: 270,
        place: ['106.60', '35.50'],
      },
      {
        kind: 'video-source',
        ...plain,
        id: 'c',
        at: 1_000,
        state: 'online',
        name: '平台名',
        domain: 'social-governance',
        unit: 'housing',
        sensitivity: 'internal',
        heading: 10,
        place: ['106.60', '35.50'],
      },
    ])
  })

  test('a camera of a directory that config does not name is shown when the list gives it a domain', async () => {
    write('cameras.csv', '编码,领域\na,智慧文旅\n')
    const { facts } = await factsOf(listOf('cameras.csv'), [item({ regions: ['孤儿'] }), item({ id: 'b', regions: ['孤儿'] })])
    expect(facts.map(({ id, domain }) => ({ id, domain }))).toEqual([{ id: 'a', domain: 'culture-tourism' }])
  })

  test('mistakes of a list that changed are told as refused, and rows that no camera answers to', async () => {
    write('cameras.csv', '编码,名称,重点\na,一,也许\nz,二,是\n')
    expect((await factsOf(listOf('cameras.csv'), [item({})])).refused).toEqual([
      'cameras.csv row 2, column 重点: found "也许", expected 是 or 否 (yes, no)',
      'cameras.csv row 3: the catalogue of the platform has no camera of this number: check it',
    ])
  })
})
