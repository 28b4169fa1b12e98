import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Move } from '../../contract/video.ts'
import { createTurns } from './in-turn.ts'
import { readCamera } from './isecure-catalogue.ts'
import { signedHeaders } from './isecure-signature.ts'
import type { ProviderSetting } from './make-provider.ts'
import { createMediaHosts } from './media-hosts.ts'
import { ProviderError } from './provider.ts'
import type { Catalogue, CatalogueItem, ProviderFault, RefusedItem, Still, VideoProvider } from './provider.ts'
import { asPublished, parseJson } from './published.ts'
import { readBody } from './read-body.ts'
import { readStill } from './still.ts'

/** The platform's published life of a preview address: 5 minutes. */
export const previewLifeMs = 300_000

const pageSize = 500
const mostPages = 200
const mostAnswerBytes = 8 * 1024 * 1024

/** Published codes that say more than "failed"; the platform's own words are not repeated, as they echo the key. */
const faults: Readonly<Record<string, readonly [ProviderFault, string]>> = {
  '0x02401000': ['refused', 'the platform saw no AppKey'],
  '0x02401001': ['refused', 'the platform does not know the AppKey'],
  '0x02401002': ['refused', 'the platform saw no signature'],
  '0x02401003': ['refused', 'the platform refused the signature: check the secret, and the clocks of both machines'],
  '0x02401007': ['forbidden', 'the platform has not granted this interface to the AppKey'],
  '0x02401008': ['forbidden', 'the platform has not granted this interface to the AppKey'],
  '0x0240100b': ['overloaded', 'the platform has had too many calls'],
  '0x00052101': ['overloaded', 'the platform is at its limit'],
  '0x00072201': ['forbidden', 'the platform has not granted this camera to the AppKey'],
  '0x00072202': ['unknown-camera', 'the platform does not know this camera'],
  '0x01b01301': ['unknown-camera', 'the platform does not know this camera'],
}

const answerSchema = z.object({ code: z.string(), data: z.unknown().optional() })
const pageSchema = z.object({ total: z.coerce.number().min(0), list: z.array(z.unknown()) })
const previewSchema = z.object({ url: z.url({ protocol: /^https?$/ }) })
const captureSchema = z.object({ picUrl: z.url({ protocol: /^https?$/ }) })

const commands: Readonly<Record<Exclude<Move, 'stop'>, string>> = {
  left: 'LEFT',
  right: 'RIGHT',
  up: 'UP',
  down: 'DOWN',
  in: 'ZOOM_IN',
  out: 'ZOOM_OUT',
}

/** 海康 iSecure Center over its OpenAPI (Artemis): signed catalogue, preview addresses of five minutes, stills (手动抓图), 云台操作. */
export function createIsecure(setting: ProviderSetting<'isecure'>): VideoProvider {
  const ask = (path: string, body: unknown, signal: AbortSignal): Promise<unknown> => askPlatform(setting, path, body, signal)
  /** by camera: what it was last told to do, since a stop names the movement that it ends */
  const moving = new Map<string, string>()
  const inTurn = createTurns()
  return {
    async list(signal) {
      const entries: unknown[] = []
      for (let pageNo = 1; pageNo <= mostPages; pageNo++) {
        const page = asPublished(pageSchema, await ask('/artemis/api/resource/v1/cameras', { pageNo, pageSize }, signal))
        entries.push(...page.list)
        if (entries.length >= page.total || page.list.length === 0) break
      }
      return catalogueOf(entries)
    },
    async open(source, quality, signal) {
      const wanted = { cameraIndexCode: source, streamType: quality === 'main' ? 0 : 1, protocol: 'hls', transmode: 1, expand: 'transcode=0' }
      const { url } = asPublished(previewSchema, await ask('/artemis/api/video/v2/cameras/previewURLs', wanted, signal))
      return { url, kind: 'hls', expiresAt: setting.now() + previewLifeMs }
    },
    async snapshot(source, signal) {
      const { picUrl } = asPublished(captureSchema, await ask('/artemis/api/video/v1/manualCapture', { cameraIndexCode: source }, signal))
      return await fetchStill(setting, new URL(picUrl), signal)
    },
    ptz: (source, move, speed, signal) =>
      inTurn(source, async () => {
        const command = move === 'stop' ? (moving.get(source) ?? commands.left) : commands[move]
        const asked = { cameraIndexCode: source, action: move === 'stop' ? 1 : 0, command, speed: Math.max(1, Math.round(speed * 100)) }
        moving.set(source, command)
        await ask('/artemis/api/video/v1/ptzs/controlling', asked, signal)
        if (move === 'stop') moving.delete(source)
      }),
  }
}

/** The picture lies on a server of its own, whose address needs no signature. */
async function fetchStill({ platform, fetch }: ProviderSetting<'isecure'>, address: URL, signal: AbortSignal): Promise<Still> {
  const isOurs = createMediaHosts([new URL(platform.url).hostname], platform.mediaHosts)
  if (!isOurs(address)) {
    throw new ProviderError('forbidden', 'the platform keeps its stills on another host than its own: name that host in mediaHosts')
  }
  let answer: Response
  try {
    answer = await fetch(address, { redirect: 'error', signal })
  } catch (cause) {
    throw new ProviderError('unreachable', 'the server of stills does not answer', { cause })
  }
  return await readStill(answer)
}

async function askPlatform(setting: ProviderSetting<'isecure'>, path: string, body: unknown, signal: AbortSignal): Promise<unknown> {
  const { platform, secretOf, fetch, now } = setting
  const [key, secret] = [secretOf(platform.keyEnv), secretOf(platform.secretEnv)]
  const headers = signedHeaders({ method: 'POST', path, key, secret, nonce: randomUUID(), timestamp: now() })
  let text: string
  try {
    const answer = await fetch(new URL(path, platform.url), { method: 'POST', headers, body: JSON.stringify(body), redirect: 'error', signal })
    text = (await readBody(answer, mostAnswerBytes)).toString('utf8')
  } catch (cause) {
    throw new ProviderError('unreachable', 'the platform does not answer', { cause })
  }
  const { code, data } = asPublished(answerSchema, parseJson(text))
  if (code === '0') return data
  const known = /^(0x)?[0-9a-f]{1,12}$/i.test(code) ? `code ${JSON.stringify(code)}` : 'a code that is none'
  const [fault, message] = faults[code] ?? ['unreachable', `the platform failed with ${known}`]
  throw new ProviderError(fault, message)
}

/** A camera that stands twice in the catalogue counts once, as it came first. */
function catalogueOf(entries: readonly unknown[]): Catalogue {
  const items = new Map<string, CatalogueItem>()
  const refused: RefusedItem[] = []
  for (const entry of entries) {
    const parsed = readCamera(entry)
    if (!parsed.ok) refused.push({ detail: parsed.detail, raw: JSON.stringify(entry) })
    else if (!items.has(parsed.item.id)) items.set(parsed.item.id, parsed.item)
  }
  return { items: [...items.values()], refused }
}
