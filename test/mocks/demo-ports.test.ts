import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { configurationAt } from '../../server/launch/demo-ports.mjs'

let folder = ''
const shipped = (...path: string[]): string => join(folder, 'shipped', ...path)
const copy = (...path: string[]): string => join(folder, 'copy', ...path)
const make = (base = 9200): Promise<void> => configurationAt(shipped(), copy(), base)
const read = (...path: string[]): string => readFileSync(copy(...path), 'utf8')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-demo-ports-'))
  mkdirSync(shipped('feeds'), { recursive: true })
  writeFileSync(shipped('app.yaml'), "feedHosts: ['127.0.0.1:8091']\n")
  writeFileSync(shipped('feeds', 'bus.yaml'), 'source: ws://127.0.0.1:8093/bus # 8093, 127.0.0.1:8090\n')
  writeFileSync(shipped('feeds', 'rain.yaml'), 'source: http://127.0.0.1:8095\n')
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

test('the copy has the other ports, and follows the configuration at each start', async () => {
  await make()
  expect(read('app.yaml')).toBe("feedHosts: ['127.0.0.1:9201']\n")
  expect(read('feeds', 'bus.yaml')).toBe('source: ws://127.0.0.1:9203/bus # 8093, 127.0.0.1:8090\n')
  writeFileSync(shipped('feeds', 'rain.yaml'), 'source: http://127.0.0.1:8096\n')
  rmSync(shipped('feeds', 'bus.yaml'))
  await make()
  expect(read('feeds', 'rain.yaml')).toBe('source: http://127.0.0.1:9206\n')
  expect(existsSync(copy('feeds', 'bus.yaml'))).toBe(false)
})

test('what was added, changed or taken away in the copy stays so, however often it starts', async () => {
  await make()
  writeFileSync(copy('feeds', 'bins.yaml'), 'id: bins\n')
  writeFileSync(copy('feeds', 'bus.yaml'), 'source: ws://127.0.0.1:9203/bus?all\n')
  rmSync(copy('feeds', 'rain.yaml'))
  for (let start = 0; start < 2; start += 1) {
    await make()
    expect(read('feeds', 'bins.yaml')).toBe('id: bins\n')
    expect(read('feeds', 'bus.yaml')).toBe('source: ws://127.0.0.1:9203/bus?all\n')
    expect(existsSync(copy('feeds', 'rain.yaml'))).toBe(false)
  }
})

test('another base reaches what was changed too', async () => {
  await make()
  writeFileSync(copy('feeds', 'bus.yaml'), 'source: ws://127.0.0.1:9203/bus?all\n')
  await make(9300)
  expect(read('feeds', 'bus.yaml')).toBe('source: ws://127.0.0.1:9303/bus?all\n')
  expect(read('app.yaml')).toBe("feedHosts: ['127.0.0.1:9301']\n")
})

test('a copy of an earlier version keeps what was added to it', async () => {
  mkdirSync(copy('feeds'), { recursive: true })
  writeFileSync(copy('feeds', 'bins.yaml'), 'id: bins\n')
  writeFileSync(copy('app.yaml'), 'old')
  await make()
  expect(read('feeds', 'bins.yaml')).toBe('id: bins\n')
  expect(read('app.yaml')).toBe("feedHosts: ['127.0.0.1:9201']\n")
})
