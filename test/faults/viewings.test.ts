import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Viewing } from '../../contract/video.ts'
import { startVideoPlatform } from '../../mock-streams/video/platform.ts'
import type { RunningVideoPlatform } from '../../mock-streams/video/platform.ts'
import { startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'

/** The stand-in's first camera. */
const crossing = '62080200001310000001'
const live = `/api/video/${crossing}/live.m3u8`

let platform: RunningVideoPlatform
let whole: Whole

beforeAll(async () => {
  platform = await startVideoPlatform({ port: 0, key: 'demo-key', secret: 'demo-secret-for-tests', seed: 3, scenario: 'calm' })
  whole = await startWhole({
    configure: async (directory) => {
      const file = join(directory, 'video/demo-isecure.yaml')
      const text = (await readFile(file, 'utf8')).replace(/^url: .*$/m, `url: ${platform.url}`)
      await writeFile(file, `${text}\nsensitivity: { '${crossing}': sensitive }\n`)
    },
  })
})

afterAll(async () => {
  await whole.stop()
  await platform.close()
})

/** The session of somebody who has opened a sign-in link. */
async function cookieOf(role: 'wall' | 'desk', name?: string): Promise<string> {
  const answer = await fetch(await whole.signInLink(role, name), { redirect: 'manual' })
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

/** Asks until the camera is known: its catalogue is on the way. */
async function watch(cookie: string): Promise<{ readonly status: number; readonly text: string }> {
  for (;;) {
    const answer = await fetch(whole.url + live, { headers: { cookie } })
    const text = await answer.text()
    if (!text.includes('"connecting"')) return { status: answer.status, text }
    await new Promise((done) => setTimeout(done, 100))
  }
}

async function viewings(): Promise<readonly Viewing[]> {
  const { body } = await whole.get(`/api/video/viewings?source=${crossing}`)
  return body as readonly Viewing[]
}

it('who watches a sensitive camera is on the log before the picture is there, and a power cut leaves no viewing open', async () => {
  expect(JSON.parse((await watch(await cookieOf('wall'))).text)).toMatchObject({ state: 'no-permission', needs: 'role' })
  const cookie = await cookieOf('desk', '值班员甲')
  expect(JSON.parse((await watch(cookie)).text)).toMatchObject({ state: 'no-permission', needs: 'reason' })
  const opened = await fetch(`${whole.url}/api/video/${crossing}/viewing`, {
    method: 'POST',
    headers: { cookie, origin: whole.url, 'content-type': 'application/json' },
    body: JSON.stringify({ reason: '核查路口积水' }),
  })
  expect(opened.status).toBe(200)
  expect((await watch(cookie)).status).toBe(200)
  const [open] = await viewings()
  expect(open).toMatchObject({ source: crossing, role: 'desk', name: '值班员甲', reason: '核查路口积水', address: '127.0.0.1' })
  expect(open).not.toHaveProperty('endedAt')

  await whole.kill()
  const killedAt = Date.now()
  await whole.restart()
  const after = await viewings()
  expect(after).toHaveLength(1)
  expect(after[0]).toMatchObject({ id: open?.id })
  expect(after[0]?.endedAt).toBeGreaterThanOrEqual(after[0]?.beganAt ?? Infinity)
  expect(after[0]?.endedAt).toBeLessThanOrEqual(killedAt)
  // the reason was of the process that is gone
  expect(JSON.parse((await watch(cookie)).text)).toMatchObject({ state: 'no-permission', needs: 'reason' })
})
