import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adminToken, House, problemIn } from './house.ts'
import type { Answer } from './house.ts'

let house: House

beforeEach(async () => {
  house = await new House().open()
})

afterEach(() => house.close())

const look = (path: string, role: 'wall' | 'desk' = 'wall'): Promise<Answer> =>
  house.ask('GET', path, { headers: { cookie: `yiping_session=${house.signIn(role)}` } })

describe('GET /api/state', () => {
  it('tells topics as they stand', async () => {
    const answer = await look('/api/state?topics=work-orders@620802,server')
    const entity = { id: 'server', recording: 'ok', since: 1 }
    expect(JSON.parse(answer.text)).toEqual({ seq: 41, at: house.clock.now(), topics: { 'work-orders@620802': [entity], server: [entity] } })
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  it.each([
    '2026-11-23T14:00:00+08:00',
    '2026-11-23T14:00:00%2B08:00',
    '2026-11-23T06:00:00Z',
    '2026-11-23T06:00Z',
    String(Date.UTC(2026, 10, 23, 6)),
  ])('[P8.1] tells topics as they stood at %s', async (at) => {
    expect(JSON.parse((await look(`/api/state?topics=server&at=${at}`)).text)).toEqual({
      seq: 7,
      at: Date.UTC(2026, 10, 23, 6),
      topics: { server: [] },
    })
  })

  it.each([
    ['', 'topics: missing'],
    ['topics=', 'topics: missing'],
    ['topics=orders@620802', 'topics: "orders@620802" is no topic'],
    ['topics=feeds', 'topics: "feeds" is no topic'],
    [`topics=${Array.from({ length: 65 }, (_, number) => `feeds@d${String(number)}`).join(',')}`, 'topics: 65 names'],
    ['topics=server&at=yesterday', 'at: "yesterday" is no instant'],
    ['topics=server&at=2026-11-23T14:00:00', 'is no instant'],
    ['topics=server&at=2026-13-23T14:00:00Z', 'is no instant'],
    ['topics=server&at=9999999999999999', 'is no instant'],
    ['topics=server&at=', 'is no instant'],
    ['topics=server&at=2026-11-24T14:00:00Z', 'at: 2026-11-24T14:00:00.000Z is yet to come'],
  ])('refuses %s', async (query, words) => {
    const told = problemIn(await look(`/api/state?${query}`))
    expect(told.status).toBe(400)
    expect(told.detail).toContain(words)
  })

  it('tells what the log covers when it is asked for something before', async () => {
    const told = problemIn(await look('/api/state?topics=server&at=2026-11-01T00:00:00Z'))
    expect(told).toMatchObject({
      status: 404,
      detail: 'at: 2026-11-01T00:00:00Z is before the log begins; it covers 2026-11-23T05:30:00.000Z to 2026-11-23T06:30:00.000Z',
    })
  })
})

describe('GET /api/rejections', () => {
  it('lists what was kept of one feed, with its counts', async () => {
    await house.send('{}')
    const told = JSON.parse((await look('/api/rejections?feed=hotline&limit=10', 'desk')).text) as { rejections: unknown; counts: unknown }
    expect(told.rejections).toEqual([{ id: 1, ...house.kept[0] }])
    expect(told.counts).toEqual([{ feed: 'hotline', stage: 'decode', code: 'bad-shape', count: 3, evicted: 1 }])
  })

  it('lists those of one cause', async () => {
    await house.send('{}')
    await house.send('{')
    const told = JSON.parse((await look('/api/rejections?feed=hotline&cause=bad-syntax', 'desk')).text) as { rejections: unknown }
    expect(told.rejections).toEqual([{ id: 2, ...house.kept[1] }])
  })

  it.each(['limit=0', 'limit=201', 'limit=x', 'before=-1', 'before=1.5'])('refuses %s', async (query) => {
    expect(problemIn(await look(`/api/rejections?${query}`, 'desk')).status).toBe(400)
  })
})

describe('what a page is made of', () => {
  const put = (path: string, content: string): void => {
    mkdirSync(join(house.directory, path, '..'), { recursive: true })
    writeFileSync(join(house.directory, path), content)
  }

  it('is the client at every screen’s address, asked for anew each time', async () => {
    put('client/index.html', '<!doctype html><script type="module" src="/assets/main-1.js"></script>')
    for (const path of ['/', '/perceive', '/overview', '/dispatch', '/desk', '/d/la', '/d/la/dispatch', '/d/la/desk', '/?wall=4k']) {
      const answer = await house.ask('GET', path)
      expect([path, answer.status, answer.headers['cache-control']]).toEqual([path, 200, 'no-cache'])
      expect(answer.text).toContain('/assets/main-1.js')
    }
    expect(problemIn(await house.ask('GET', '/d/la/nothing')).status).toBe(404)
    expect(problemIn(await house.ask('GET', '/nothing')).status).toBe(404)
    expect(problemIn(await house.ask('POST', '/overview')).status).toBe(405)
  })

  it('is named by its content, and never asked for again', async () => {
    put('client/assets/fonts/main-1.js', 'export {}')
    const answer = await house.ask('GET', '/assets/fonts/main-1.js')
    expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable'])
    expect(answer.headers['content-type']).toMatch(/javascript/)
  })

  it('never leads out of its folder', async () => {
    put('secret.token', 'secret')
    put('client/.hidden', 'secret')
    put('client/index.html', 'page')
    for (const path of [
      '/assets/../../secret.token',
      '/assets/..%2f..%2fsecret.token',
      '/assets/%2e%2e/%2e%2e/secret.token',
      '/..%2fsecret.token',
      '/.hidden',
      '/%00',
      '/assets/%00',
    ]) {
      const answer = await house.ask('GET', path)
      expect([400, 404]).toContain(problemIn(answer).status)
      expect(answer.text).not.toContain('secret"')
    }
    expect(problemIn(await house.ask('GET', '/%ff')).status).toBe(400)
  })

  it('is a plain page while the client is not built', async () => {
    const answer = await house.ask('GET', '/')
    expect(answer.status).toBe(503)
    expect(answer.text).toContain('npm run build')
  })

  it('is of the map only what a district names', async () => {
    put('map/kongtong.geojson', '{"type":"FeatureCollection"}')
    put('map/other.geojson', 'secret')
    const named = await look('/api/map/kongtong.geojson')
    expect([named.status, named.text]).toEqual([200, '{"type":"FeatureCollection"}'])
    expect(named.headers['content-type']).toContain('application/geo+json')
    const again = await house.ask('GET', '/api/map/kongtong.geojson', {
      headers: { cookie: `yiping_session=${house.signIn('wall')}`, 'if-none-match': String(named.headers.etag) },
    })
    expect(again.status).toBe(304)
    expect(problemIn(await look('/api/map/other.geojson')).status).toBe(404)
    expect(problemIn(await look('/api/map/..%2fsecret.token')).status).toBe(404)
    expect(problemIn(await look('/api/map/la.geojson')).detail).toBe('there is no such file')
  })

  it('keeps to itself: no inline script, no foreign host, no frame', async () => {
    put('client/index.html', 'page')
    for (const path of ['/', '/api/session', '/nothing', '/healthz', '/sign-in']) {
      const { headers } = await house.ask('GET', path)
      expect(headers['content-security-policy']).toBe(
        "default-src 'self';script-src 'self';style-src 'self' 'unsafe-inline';img-src 'self' data: blob:;media-src 'self' blob:;worker-src 'self' blob:;" +
          "connect-src 'self';font-src 'self';object-src 'none';base-uri 'none';frame-ancestors 'none';form-action 'self'",
      )
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' })
      expect(headers['permissions-policy']).toContain('camera=()')
      // these would break, or only clutter, a server that speaks plain http on an intranet
      expect(headers['strict-transport-security']).toBeUndefined()
      expect(headers['x-powered-by']).toBeUndefined()
    }
  })
})

describe('how the server is', () => {
  it('is told to anybody, without secrets', async () => {
    expect((await house.ask('GET', '/healthz')).status).toBe(200)
    expect(JSON.parse((await house.ask('GET', '/readyz')).text)).toEqual({ status: 'ready' })
    house.reasons = ['the client is not built: run npm run build']
    const answer = await house.ask('GET', '/readyz')
    expect(answer.status).toBe(503)
    expect(JSON.parse(answer.text)).toEqual({ status: 'not ready', reasons: house.reasons })
  })

  it('is told to Prometheus in figures', async () => {
    const { status, text, headers } = await house.ask('GET', '/metrics', { headers: { authorization: `Bearer ${adminToken}` } })
    expect(status).toBe(200)
    expect(headers['content-type']).toContain('text/plain')
    const lines = text.split('\n')
    for (const line of [
      'yiping_log_seq 41',
      'yiping_intake_queue_bytes 0',
      'yiping_feed_facts_total{feed="hotline"} 12',
      'yiping_feed_rejected_total{feed="hotline"} 3',
      'yiping_feed_age_seconds{feed="hotline"} 5',
      'yiping_feed_state{feed="hotline",state="up"} 1',
      'yiping_feed_state{feed="hotline",state="down"} 0',
      'yiping_feed_state{feed="air",state="down"} 1',
      'yiping_feed_completeness_ratio{feed="hotline"} 0.975',
      'yiping_feed_up_this_month_ratio{feed="hotline"} 0.9991',
      'yiping_feed_messages_total{feed="hotline"} 15',
      'yiping_feed_unchanged_total{feed="hotline"} 2',
      'yiping_feed_queued_messages{feed="hotline"} 1',
      'yiping_feed_message_age_seconds{feed="hotline"} 7',
      'yiping_feed_connection{feed="hotline",state="intake"} 1',
      'yiping_feed_connection{feed="air",state="intake"} 0',
      'yiping_feed_connection{feed="air",state="connecting"} 0',
      'yiping_feed_connection{feed="air",state="open"} 0',
      'yiping_feed_connection{feed="air",state="retrying"} 1',
      'yiping_feed_connection{feed="air",state="stopped"} 0',
      'yiping_feed_ledger_forgotten_total{feed="air"} 8',
      'yiping_quarantine_messages{feed="hotline"} 2',
      'yiping_quarantine_bytes{feed="hotline"} 300',
      'yiping_quarantine_evicted_total{feed="hotline",stage="decode",code="bad-shape"} 1',
      'yiping_video_viewings 3',
      'yiping_video_streams{platform="demo"} 2',
      'yiping_video_cache_bytes{platform="demo"} 4096',
      'yiping_video_upstream_failures_total{platform="demo",state="no-stream"} 5',
      'yiping_video_conversions{platform="demo"} 4',
      'yiping_video_transcodes{platform="demo"} 1',
      'yiping_video_conversion_restarts_total{platform="demo"} 6',
      'yiping_video_conversion_bytes{platform="demo"} 70000',
      'yiping_push_sockets 2',
      'yiping_push_frames_sent_total 99',
      'yiping_push_frames_dropped_total 4',
      'yiping_clock_drift_seconds -1.5',
    ])
      expect(lines).toContain(line)
    expect(text).toContain('nodejs_eventloop_lag_seconds')
    for (const figure of ['message_age_seconds', 'completeness_ratio', 'up_this_month_ratio'])
      expect(text).not.toContain(`yiping_feed_${figure}{feed="air"}`)
  })

  it('is configured as the contract says', async () => {
    expect(JSON.parse((await look('/api/configuration')).text)).toMatchObject({ build: 'test', districts: [{ id: '620802' }, { id: 'la' }] })
  })
})

describe('stopping', () => {
  it('lets what is under way end, then closes', async () => {
    let commit = (): void => undefined
    const asked = new Promise<void>((isAsked) => {
      house.commit = () =>
        new Promise((resolve) => {
          commit = resolve
          isAsked()
        })
    })
    const sent = house.send('{"no":"A1"}')
    await asked
    const closed = house.http.close()
    commit()
    expect((await sent).status).toBe(202)
    house.clock.advance(3_000)
    await closed
  })
})
