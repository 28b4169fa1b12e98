import { describe, expect, test } from 'vitest'
import { compileMapping } from '../../server/ingest/mapping.ts'
import { mappingFunctions } from '../../server/ingest/mapping/functions.ts'
import { start } from '../support/facts.ts'
import { feedWith, smallRegistry } from '../support/feed-setting.ts'

/** What an expression gives for a message, out of the mapping's one candidate; a refusal as `code: detail`. */
async function given(expression: string, message: unknown = {}): Promise<unknown> {
  const mapper = compileMapping(`{"is": ${expression}}`)
  if (!mapper.ok) return mapper.error
  try {
    const [candidate] = await mapper.value.map(message, { feed: feedWith(), registry: smallRegistry, origin: '', receivedAt: start })
    return (candidate as { readonly is?: unknown }).is
  } catch (error) {
    // as: a mapping rejects with MapError only
    const { code, detail } = error as { readonly code: string; readonly detail: string }
    return `${code}: ${detail}`
  }
}

const at = Date.UTC(2026, 10, 23, 6, 21, 8)

test.each(mappingFunctions)('the example of $signature gives what it says', async ({ name, example }) => {
  expect(example.expression).toContain(`$${name}(`)
  expect(await given(example.expression)).toEqual(example.gives)
})

test.each(mappingFunctions.map(({ name }) => name))('$%s gives nothing for nothing, null and empty text', async (name) => {
  const rest = { wgs84: ", 1, 'wgs84'", unit: ", 'm', 'm'", choice: ', {"a": 1}' }[name] ?? ''
  for (const nothing of ['nope', 'null', "''", "'  '"]) expect(await given(`$${name}(${nothing}${rest})`)).toBeUndefined()
})

describe('$instant', () => {
  test.each([
    ["'2026-11-23T06:21:08Z'", at],
    ["'2026-11-23T14:21:08+08:00'", at],
    ["'2026-11-23 14:21:08.250+0800'", at + 250],
    ["'2026-11-23 01:21:08 -05:00'", at],
    ["'2026-11-23 14:21:08'", at],
    ["'2026/11/23 14:21'", at - 8_000],
    ["'2026/1/3 9:05'", Date.UTC(2026, 0, 3, 1, 5)],
    ["'２０２６-11-23 14:21:08'", at],
    ["'2026年11月23日14时21分08秒'", at],
    ["'2026年11月23日 14:21'", at - 8_000],
    ["'2026-11-23'", Date.UTC(2026, 10, 22, 16)],
    ["'2026-11-23 24:00'", Date.UTC(2026, 10, 23, 16)],
    ["'20261123142108'", at],
    ["'20261123142108250'", at + 250],
    ["'202611231421'", at - 8_000],
    ["'20261123'", Date.UTC(2026, 10, 22, 16)],
    ['20261123142108', at],
    [String(at), at],
    [String(at / 1_000), at],
    [`'${String(at)}'`, at],
    [`'${String(at / 1_000)}'`, at],
    ['46349.598009259', at],
    ['46349', Date.UTC(2026, 10, 22, 16)],
    ["'46349', 'excel'", Date.UTC(2026, 10, 22, 16)],
    ["'11/23/2026 2:21:08 PM', 'american'", at],
    ["'11/23/2026', 'american'", Date.UTC(2026, 10, 22, 16)],
    ["'23.11.2026 14:21', 'dd.MM.yyyy HH:mm'", at - 8_000],
    ["'23.11.2026 下午 2:21:08', 'dd.MM.yyyy a h:mm:ss'", at],
    ["'1', 's'", 1_000],
    ["1, 'ms'", 1],
    ["'2026-11-23 14:21:08', undefined, 'UTC'", at + 8 * 3_600_000],
  ])('reads %s', async (text, instant) => {
    expect(await given(`$instant(${text.replace('undefined', 'nope')})`)).toBe(instant)
  })

  test.each([
    [
      "'2026-13-01'",
      /^bad-instant: \$instant\(time\): "2026-13-01" is not a time; send it as "2026-11-23 14:21:08", .* in Asia\/Shanghai \(line 1, column \d+ of the mapping\)$/,
    ],
    ["'2026-02-30 10:00'", /is not a time/],
    ["'2026-11-23 25:00'", /is not a time/],
    ["'yesterday'", /"yesterday" is not a time/],
    ['true', /true is not a time/],
    ['12', /12 is not a time/],
    ['[1]', /a list of 1 is not a time/],
    ["'13/13/2026 2:21:08 PM', 'american'", /it should read as "american"/],
    ["'1', 'ss'", /^unknown-value: \$instant\(format\): "ss" names no year/],
    ["'1', 'yyyy-qq'", /has "qq", which means nothing/],
    ["'1', 5", /^bad-shape: \$instant\(format\): 5 is no format/],
    ["'2026-11-23', '', 'Mars/Olympus'", /^unknown-value: \$instant\(zone\): "Mars\/Olympus" is no time zone/],
  ])('refuses %s', async (text, reason) => {
    expect(await given(`$instant(${text})`)).toMatch(reason)
  })
})

describe('$wgs84 and $block', () => {
  test.each([
    ["106.7, 35.5, 'wgs84'", [106.7, 35.5]],
    ["'106.7', ' 35.5 ', 'WGS-84'", [106.7, 35.5]],
    ["0, 0, 'gcj02'", undefined],
    ["106.7, null, 'gcj02'", undefined],
    ["116.41036949371029, 39.92133699351021, 'bd09'", [116.397756, 39.913596]],
  ])('%s', async (text, place) => {
    expect(await given(`$wgs84(${text})`)).toEqual(place)
  })

  test.each([
    ["35.5, 106.7, 'wgs84'", /^bad-place: .*they look exchanged/],
    ["'east', 35, 'wgs84'", /^bad-place: \$wgs84\(longitude\)/],
    ['106, 35', /^unknown-value: \$wgs84\(datum\): nothing is no coordinate system; give 'gcj02', 'bd09' or 'wgs84'/],
    ["106, 35, 'cgcs'", /"cgcs" is no coordinate system/],
  ])('refuses %s', async (text, reason) => {
    expect(await given(`$wgs84(${text})`)).toMatch(reason)
  })

  test('a block needs a place', async () => {
    expect(await given('$block(7)')).toMatch(/^bad-place: \$block\(place\): 7 is no place/)
  })
})

describe('$figure', () => {
  test.each<[string, number | undefined]>([
    ["'1,234.5'", 1_234.5],
    ["'１２．５％'", 12.5],
    ["'3.2亿'", 320_000_000],
    ["'-12'", -12],
    ["'−12'", -12],
    ["' 7 '", 7],
    ["'1e3'", 1_000],
    ['5', 5],
    ["'-'", undefined],
    ["'——'", undefined],
    ["'/'", undefined],
    ["'缺测'", undefined],
    ['-9999, -9999', undefined],
    ["'-9999.00', [-9999, 999.9]", undefined],
    ["'999.9', [-9999, 999.9]", undefined],
    ["'N', 'N'", undefined],
  ])('reads %s', async (text, value) => {
    expect(await given(`$figure(${text})`)).toBe(value)
  })

  test('says how to cut off a unit', async () => {
    expect(await given("$figure('12 mm')")).toMatch(/has a unit behind its number; cut it off: \$figure\(\$replace\(text, "mm", ""\)\)/)
  })

  test.each(["'1,23'", "'abc'", '[1]', 'true', "'.'", "'1e999'"])('refuses %s', async (text) => {
    expect(await given(`$figure(${text})`)).toMatch(/^unknown-value: \$figure\(text\): .* is not a number; leave it empty/)
  })
})

describe('$unit', () => {
  test.each([
    ["125, 'mm', 'm'", 0.125],
    ["'1.5', 'MPa', 'bar'", 15],
    ["0, '℃', '℉'", 32],
    ["212, '°F', '℃'", 100],
    ["0.05, 'mg/L', 'µg/L'", 50],
    ["50, 'μg/m³', 'mg/m3'", 0.05],
    ["10, 'm/s', 'km/h'", 36],
    ["3, '亿', '万'", 30_000],
    ["0.95, 'ratio', '%'", 95],
    ["2, '万 m³', '立方米'", 20_000],
  ])('turns %s', async (text, value) => {
    expect(await given(`$unit(${text})`)).toBe(value)
  })

  test.each([
    ["1, 'mm', 'kPa'", /^unknown-value: \$unit\(from, to\): cannot turn "mm" into "kPa": one is a length, the other a pressure/],
    ["1, 'furlong', 'm'", /cannot turn "furlong" into "m": "furlong" is unknown; known are m, mm/],
    ["1, 'furlong', 'mile'", /cannot turn "furlong" into "mile"/],
    ["1, 'm', nope", /cannot turn "m" into nothing/],
    ["'deep', 'm', 'm'", /^unknown-value: \$unit\(value\): "deep" is not a number/],
  ])('refuses %s', async (text, reason) => {
    expect(await given(`$unit(${text})`)).toMatch(reason)
  })
})

describe('$choice', () => {
  test.each([
    ['\' a \', {"a": 1}', 1],
    ['2, {"2": "two"}', 'two'],
    ["'b', {\"a\": 1}, 'other'", 'other'],
    ['nope, {"a": 1}, \'other\'', 'other'],
  ])('%s', async (text, value) => {
    expect(await given(`$choice(${text})`)).toBe(value)
  })

  test.each([
    ['\'constructor\', {"a": 1, "b": 2}', /^unknown-value: \$choice\(value\): "constructor" is not in the table; known are a, b/],
    ["'a', 'b'", /^bad-shape: \$choice\(table\): found "b"/],
    ['[1], {"a": 1}', /^bad-shape: \$choice\(value\): found a list of 1/],
  ])('refuses %s', async (text, reason) => {
    expect(await given(`$choice(${text})`)).toMatch(reason)
  })
})

describe('$unitId and $subdistrict', () => {
  test.each([
    ["$unitId('housing')", 'housing'],
    ["$unitId('住建局')", 'housing'],
    ["$unitId('崆峒区住建局')", 'housing'],
    ["$unitId(' 区住建局 ')", 'housing'],
    ["$unitId('外星事务局')", undefined],
    ['$unitId([1])', undefined],
    ["$subdistrict('620802001')", '620802001'],
    ['$subdistrict(620802001)', '620802001'],
    ["$subdistrict('东关')", '620802001'],
    ["$subdistrict('平凉市崆峒区东关街道解放路')", '620802001'],
    ["$subdistrict('火星镇')", undefined],
  ])('%s', async (expression, id) => {
    expect(await given(expression)).toBe(id)
  })
})

describe('$mask and $clean', () => {
  test.each([
    ['$mask(13812345678)', '***'],
    ["$clean('a\\u200bb\\n c')", 'ab c'],
    ["$clean('路灯', 1)", '路'],
    ['$mask([1])', 'bad-shape: $mask(text): found a list of 1; give a text (line 1, column 8 of the mapping)'],
    ["$clean('a', 0)", 'bad-shape: $clean(most): 0 is no length; give a whole number from 1 to 10000 (line 1, column 8 of the mapping)'],
  ])('%s', async (expression, text) => {
    expect(await given(expression)).toBe(text)
  })
})

describe('a function of ours', () => {
  test('is given the value alone by $map, is applied in part, and takes what stands before ~>', async () => {
    const message = { times: ['2026-11-23 14:21:08', '2026/11/23 14:21:08'], state: '已办结' }
    expect(await given('$map(times, $instant)', message)).toEqual([at, at])
    expect(await given('($stage := $choice(?, {"已办结": "closed"}); $stage(state))', message)).toBe('closed')
    expect(await given("state ~> $choice({'已办结': 'closed'})", message)).toBe('closed')
    expect(await given('state.$clean()', message)).toBe('已办结')
  })
})
