import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFeedTokens, tokenVariable } from '../../server/http/feed-tokens.ts'

let directory: string

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'yiping-tokens-')), 'secrets/feeds')
})

afterEach(() => rmSync(join(directory, '../..'), { recursive: true }))

const open = (environment: Readonly<Record<string, string>> = {}) => openFeedTokens({ feeds: ['hotline', 'la-311'], directory, environment })

describe('tokens of feeds', () => {
  it('are made where there are none, for this user only, and stay', () => {
    const tokens = open()
    const file = join(directory, 'hotline.token')
    const token = readFileSync(file, 'utf8').trim()
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    expect(tokens.matches('hotline', token)).toBe(true)
    expect(open().matches('hotline', token)).toBe(true)
    expect(readFileSync(join(directory, 'la-311.token'), 'utf8').trim()).not.toBe(token)
  })

  it('open one feed each, and nothing that is no feed', () => {
    const tokens = open({ YIPING_FEED_TOKEN_HOTLINE: 'hotline-0123456789', YIPING_FEED_TOKEN_LA_311: 'la-0123456789-abc' })
    expect(tokens.matches('hotline', 'hotline-0123456789')).toBe(true)
    expect(tokens.matches('la-311', 'la-0123456789-abc')).toBe(true)
    expect(tokens.matches('la-311', 'hotline-0123456789')).toBe(false)
    expect(tokens.matches('hotline', '')).toBe(false)
    expect(tokens.matches('nobody', 'hotline-0123456789')).toBe(false)
    expect(tokens.matches('__proto__', '')).toBe(false)
  })

  it('are taken from the environment before the file', () => {
    open()
    const inFile = readFileSync(join(directory, 'hotline.token'), 'utf8').trim()
    const tokens = open({ [tokenVariable('hotline')]: 'from-the-environment' })
    expect(tokens.matches('hotline', 'from-the-environment')).toBe(true)
    expect(tokens.matches('hotline', inFile)).toBe(false)
  })

  it('that somebody wrote into a file are read, and no longer readable by all', () => {
    open()
    const file = join(directory, 'hotline.token')
    writeFileSync(file, '  written-by-hand-1234\n')
    chmodSync(file, 0o644)
    expect(open().matches('hotline', 'written-by-hand-1234')).toBe(true)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('that are too short stop the start, naming the place', () => {
    expect(() => open({ YIPING_FEED_TOKEN_LA_311: 'short' })).toThrow(
      'YIPING_FEED_TOKEN_LA_311: a feed’s token has at least 16 characters'.replace('’', "'"),
    )
    writeFileSync(join(directory, 'hotline.token'), '')
    expect(() => open()).toThrow(join(directory, 'hotline.token'))
  })
})
