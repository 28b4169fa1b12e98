import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adminToken, House, problemIn } from './house.ts'
import type { Answer } from './house.ts'

let house: House

beforeEach(async () => {
  house = await new House().open()
})

afterEach(() => house.close())

const admin = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' }

const link = async (role: string, name?: string): Promise<URL> => {
  const answer = await house.ask('POST', '/api/sign-in-links', { headers: admin, body: JSON.stringify({ role, name }) })
  const { url, expiresAt } = JSON.parse(answer.text) as { url: string; expiresAt: number }
  expect(expiresAt).toBe(house.clock.now() + 24 * 3_600_000)
  return new URL(url)
}

const follow = ({ pathname, search }: URL, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  house.ask('GET', pathname + search, { headers })
const cookieIn = (answer: Answer): string => answer.headers['set-cookie']?.[0] ?? ''

describe('a sign-in link', () => {
  it.each([
    ['wall', '/', 'Path=/; HttpOnly; SameSite=Strict; Max-Age=34560000'],
    ['desk', '/desk', 'Path=/; HttpOnly; SameSite=Strict'],
    ['admin', '/desk', 'Path=/; HttpOnly; SameSite=Strict'],
  ])('for a %s gives a session and leads to %s', async (role, home, flags) => {
    const url = await link(role)
    expect(url.origin).toBe(house.origin)
    const answer = await follow(url)
    expect([answer.status, answer.headers.location]).toEqual([303, home])
    const [value = '', ...rest] = cookieIn(answer).split('; ')
    expect(rest.join('; ')).toBe(flags)
    const session = await house.ask('GET', '/api/session', { headers: { cookie: value } })
    expect(JSON.parse(session.text)).toEqual({ role })
    // whoever reads the log cannot sign in with what stands there
    expect(JSON.stringify(house.lines)).not.toContain('ticket')
    expect(house.lines).toEqual([{ level: 'info', message: 'signed in', fields: { role, address: '127.0.0.1' } }])
  })

  it('made with a name tells it in the session, and in the log of who signed in', async () => {
    const [cookie = ''] = cookieIn(await follow(await link('desk', '  值班员甲 '))).split(';')
    const session = await house.ask('GET', '/api/session', { headers: { cookie } })
    expect(JSON.parse(session.text)).toEqual({ role: 'desk', name: '值班员甲' })
    expect(house.lines).toEqual([{ level: 'info', message: 'signed in', fields: { role: 'desk', name: '值班员甲', address: '127.0.0.1' } }])
  })

  it('works once; then a plain page in both languages says how to get another', async () => {
    const url = await link('wall')
    await follow(url)
    const again = await follow(url)
    expect(again.status).toBe(403)
    expect(again.headers['set-cookie']).toBeUndefined()
    expect(again.text).toContain('登录链接已失效')
    expect(again.text).toContain('The server prints new ones when it starts')
    expect(again.text).not.toContain('<script')
  })

  it('is not used up by a program that only looks at it', async () => {
    const url = await link('wall')
    expect((await house.ask('HEAD', url.pathname + url.search)).status).toBe(403)
    expect((await follow(url)).status).toBe(303)
  })

  it('that was used still leads a browser home that is signed in already', async () => {
    const url = await link('wall')
    const [cookie = ''] = cookieIn(await follow(url)).split(';')
    const again = await follow(url, { cookie })
    expect([again.status, again.headers.location]).toEqual([303, '/'])
  })

  it('of a lower role asks before it takes the place of a higher session, and is not used up by that', async () => {
    const [cookie = ''] = cookieIn(await follow(await link('admin'))).split(';')
    const url = await link('wall')
    const asked = await follow(url, { cookie })
    expect([asked.status, asked.headers['set-cookie']]).toEqual([200, undefined])
    expect(asked.text).toContain('一个浏览器只能有一个会话')
    expect(asked.text).toContain('href="/"')
    const [, instead = ''] = /href="([^"]*instead)"/.exec(asked.text) ?? []
    const sure = await house.ask('GET', instead.replace('&amp;', '&'), { headers: { cookie } })
    expect([sure.status, sure.headers.location]).toEqual([303, '/'])
    expect(cookieIn(sure)).toContain('Max-Age=34560000')
  })

  it('of a higher or the same role does not ask', async () => {
    const [cookie = ''] = cookieIn(await follow(await link('desk'))).split(';')
    for (const role of ['desk', 'admin'] as const) expect((await follow(await link(role), { cookie })).status).toBe(303)
  })

  it('is not looked at any more after ten wrong ones from one address within a minute', async () => {
    const url = await link('wall')
    for (let guess = 0; guess < 10; guess += 1) expect((await house.ask('GET', `/sign-in?ticket=guess-${String(guess)}`)).status).toBe(403)
    const blocked = await follow(url)
    expect([blocked.status, blocked.headers['retry-after']]).toEqual([429, '60'])
    house.clock.advance(60_000)
    expect((await follow(url)).status).toBe(303)
  })

  it('puts nothing of the request into its page', async () => {
    expect((await house.ask('GET', '/sign-in?ticket=<script>alert(1)</script>')).text).not.toContain('alert')
  })
})

describe('asking for a link', () => {
  it.each([
    ['{"role":"king"}', 400],
    ['{"role":"wall","more":1}', 400],
    ['{', 400],
    ['', 400],
    ['{"role":"desk","name":""}', 400],
    ['{"role":"desk","name":" \\t "}', 400],
    ['{"role":"desk","name":7}', 400],
    ['{"role":"desk","name":"a\\u0000b"}', 400],
    ['{"role":"desk","name":"a\\u202eb"}', 400],
    [`{"role":"desk","name":"${'长'.repeat(41)}"}`, 400],
    [`{"role":"${'x'.repeat(5_000)}"}`, 413],
  ])('with %s is refused with %i', async (body, status) => {
    expect(problemIn(await house.ask('POST', '/api/sign-in-links', { headers: admin, body })).status).toBe(status)
    expect(house.tickets.size).toBe(0)
  })

  it('says which field is wrong, and how it should be', async () => {
    const detailOf = async (body: string) => problemIn(await house.ask('POST', '/api/sign-in-links', { headers: admin, body })).detail
    expect(await detailOf('{"role":"king"}')).toMatch(/^role: expected one of wall, desk, admin, unit; send \{"role": "desk"/)
    expect(await detailOf(`{"role":"desk","name":"${'长'.repeat(41)}"}`)).toMatch(/^name: expected a name of 1 to 40 characters; send /)
  })

  it('needs a host to lead to', async () => {
    const headers = { ...admin, host: 'a b' }
    expect(problemIn(await house.ask('POST', '/api/sign-in-links', { headers, body: '{"role":"wall"}' })).detail).toContain('header Host')
  })
})

describe('a link for somebody who speaks for a unit', () => {
  const asked = { role: 'unit', name: '李四', unit: 'housing' }
  const units = [
    { id: 'housing', name: '区住建局', shortName: '住建局', nameEn: 'Housing', group: 'department', district: '620802' } as const,
    { id: 'dongguan', name: '东关街道', shortName: '东关', nameEn: 'Dongguan', group: 'subdistrict', district: '620802' } as const,
  ]
  const ask = (body: unknown) => house.ask('POST', '/api/sign-in-links', { headers: admin, body: JSON.stringify(body) })

  beforeEach(async () => {
    await house.close()
    house = await new House({ configuration: { ...house.options.configuration, units } }).open()
  })

  it('leads to the page of units, and the session tells name and unit, in the browser for thirty days from each look', async () => {
    const { url } = JSON.parse((await ask(asked)).text) as { url: string }
    const answer = await follow(new URL(url))
    expect([answer.status, answer.headers.location]).toEqual([303, '/unit'])
    expect(cookieIn(answer)).toMatch(/; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000$/)
    const [cookie = ''] = cookieIn(answer).split(';')
    const session = await house.ask('GET', '/api/session', { headers: { cookie } })
    expect(JSON.parse(session.text)).toEqual({ role: 'unit', name: '李四', unit: 'housing' })
    expect(cookieIn(session)).toContain('Max-Age=2592000')
    expect(house.lines.at(-1)?.fields).toEqual({ role: 'unit', name: '李四', unit: 'housing', address: '127.0.0.1' })
  })

  it('is refused without a name, for no unit or one that there is not, and names those there are', async () => {
    const told = async (body: unknown) => {
      const { status, detail } = problemIn(await ask(body))
      return [status, detail]
    }
    expect(await told({ ...asked, name: undefined })).toEqual([
      400,
      expect.stringMatching(/^name: a unit’s answers are signed with a person’s name; send /),
    ])
    expect(await told({ ...asked, unit: 'housing-bureau' })).toEqual([
      400,
      'unit: "housing-bureau" is not in config/units.yaml; these are: housing (住建局), dongguan (东关)',
    ])
    expect(await told({ ...asked, unit: undefined })).toEqual([400, 'unit: missing; these are: housing (住建局), dongguan (东关)'])
    expect(await told({ ...asked, role: 'desk' })).toEqual([400, expect.stringMatching(/^unit: only the role unit has one; leave it out/)])
    expect(house.tickets.size).toBe(0)
  })

  it('asks before it takes the place of a desk’s session', async () => {
    const { url } = JSON.parse((await ask(asked)).text) as { url: string }
    const answer = await follow(new URL(url), { cookie: `yiping_session=${house.signIn('desk', '值班员甲')}` })
    expect([answer.status, answer.headers['set-cookie']]).toEqual([200, undefined])
    expect(answer.text).toContain('href="/unit"')
  })
})

describe('behind a proxy', () => {
  const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'wall.example.gov.cn', 'x-forwarded-for': '192.0.2.7' }

  it('that is trusted, cookies are secure, and links lead through it', async () => {
    await house.close()
    house = await new House({ trustedProxies: ['127.0.0.1'] }).open()
    const answer = await house.ask('POST', '/api/sign-in-links', { headers: { ...admin, ...forwarded }, body: '{"role":"wall"}' })
    const url = new URL((JSON.parse(answer.text) as { url: string }).url)
    expect(url.origin).toBe('https://wall.example.gov.cn')
    expect(cookieIn(await follow(url, forwarded))).toMatch(/; Secure$/)
    expect(house.lines[0]?.fields['address']).toBe('192.0.2.7')
  })

  it('that nobody named, what it says is not believed', async () => {
    const url = await link('wall')
    expect(cookieIn(await follow(url, forwarded))).not.toContain('Secure')
    expect(house.lines[0]?.fields['address']).toBe('127.0.0.1')
  })

  it.each(['proxy.example', '10.0.0.0/99', '10.0.0.0/', '::1/129'])('must be an address or a subnet, which %s is not', (proxy) => {
    expect(() => new House({ trustedProxies: [proxy] })).toThrow(`trusted proxy "${proxy}": expected an address or a subnet`)
  })
})

describe('a session', () => {
  it('ends with sign-out', async () => {
    const cookie = `yiping_session=${house.signIn('desk')}`
    const out = await house.ask('POST', '/api/sign-out', { headers: { cookie, origin: house.origin } })
    expect(cookieIn(out)).toBe('yiping_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0')
    expect((await house.ask('GET', '/api/session', { headers: { cookie } })).status).toBe(401)
  })

  it('of a wall is renewed in the browser each time its page is loaded; of a desk it is not', async () => {
    const [wall, desk] = await Promise.all(
      (['wall', 'desk'] as const).map((role) => house.ask('GET', '/api/session', { headers: { cookie: `yiping_session=${house.signIn(role)}` } })),
    )
    expect(wall?.headers['set-cookie']?.[0]).toContain('Max-Age=34560000')
    expect(desk?.headers['set-cookie']).toBeUndefined()
  })
})
