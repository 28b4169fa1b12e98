import { z } from 'zod'
import { halfOf } from './icc-address.ts'
import { readChannels, readOrganisations } from './icc-catalogue.ts'
import { createIccPtz } from './icc-ptz.ts'
import { iccCode, iccData, IccSession } from './icc-session.ts'
import type { ProviderSetting } from './make-provider.ts'
import { createMediaHosts } from './media-hosts.ts'
import { ProviderError } from './provider.ts'
import type { OpenStream, Quality, Still, VideoProvider } from './provider.ts'
import { asPublished, parseJson } from './published.ts'
import { readStill } from './still.ts'

const pageSize = 500
const mostPages = 200
const brm = '/evo-apigw/evo-brm/1.2.0'

const pageSchema = z.object({ totalRows: z.coerce.number().min(0), pageData: z.array(z.unknown()).nullish() })
const realtimeSchema = z.object({ url: z.string().min(1) })
const startSchema = z.object({ url: z.string().min(1), token: z.union([z.string(), z.number()]).transform(String) })
const captureSchema = z.object({ params: z.object({ PicInfo: z.string().min(1) }) })

/**
 * 大华 ICC (智能物联综合管理平台) over its OpenAPI: channels by organisation, HLS where the platform has that service and RTSP elsewhere,
 * stills (dev.snap), 云台. A camera's id is its channel code, `1000005$1$0$1`.
 */
export function createIcc(setting: ProviderSetting<'icc'>): VideoProvider {
  const session = new IccSession(setting)
  let organisations: ReadonlyMap<string, string> | undefined
  return {
    async list(signal) {
      organisations = await organisationsOf(session, organisations, signal)
      const asked = { unitTypeList: [1], includeSubOwnerCodeFlag: true }
      return readChannels(await allOf(session, `${brm}/device/channel/subsystem/page`, asked, signal), organisations)
    },
    async open(source, quality, signal) {
      return (await openHls(setting, session, wanted(source, quality), signal)) ?? (await openRtsp(setting, session, wanted(source, quality), signal))
    },
    snapshot: (source, signal) => capture(setting, session, source, signal),
    ptz: createIccPtz(session),
  }
}

/** All entries of a paged interface. */
async function allOf(session: IccSession, path: string, asked: object, signal: AbortSignal): Promise<readonly unknown[]> {
  const entries: unknown[] = []
  for (let pageNum = 1; pageNum <= mostPages; pageNum++) {
    const page = asPublished(pageSchema, iccData(await session.ask(path, { ...asked, pageNum, pageSize }, signal)))
    const found = page.pageData ?? []
    entries.push(...found)
    if (entries.length >= page.totalRows || found.length === 0) break
  }
  return entries
}

/**
 * The tree as it is, else as it was last seen: without names cameras would leave their domains. A user who may see cameras may not always see
 * the tree: then regions are known by their codes alone.
 */
async function organisationsOf(
  session: IccSession,
  before: ReadonlyMap<string, string> | undefined,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  try {
    return readOrganisations(await allOf(session, `${brm}/organization/subsystem/page`, { includeSubOrgCodeFlag: true }, signal))
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    if (before !== undefined) return before
    if (error.fault === 'forbidden') return new Map()
    throw error
  }
}

interface Wanted {
  readonly channelId: string
  /** 1 main, 2 sub */
  readonly streamType: string
}

const wanted = (channelId: string, quality: Quality): Wanted => ({ channelId, streamType: quality === 'main' ? '1' : '2' })

/** Undefined where the platform gives none: the service that makes HLS is an extra of it. */
async function openHls(
  { platform }: ProviderSetting<'icc'>,
  session: IccSession,
  stream: Wanted,
  signal: AbortSignal,
): Promise<OpenStream | undefined> {
  const answer = await session.ask('/evo-apigw/admin/API/video/stream/realtime', { data: { ...stream, type: 'hls' } }, signal)
  if (!answer.isOk) return undefined
  const url = halfOf(realtimeSchema.safeParse(answer.data).data?.url ?? '', platform.network)
  if (url === undefined || !/^https?:/.test(url)) return undefined
  if (/[?&]token=/.test(url)) return { url, kind: 'hls', expiresAt: undefined }
  const { value, expiresAt } = await session.token()
  return { url: withToken(url, value), kind: 'hls', expiresAt }
}

async function openRtsp({ platform }: ProviderSetting<'icc'>, session: IccSession, stream: Wanted, signal: AbortSignal): Promise<OpenStream> {
  const answer = await session.ask('/evo-apigw/admin/API/MTS/Video/StartVideo', { data: { ...stream, dataType: '1' } }, signal)
  if (!answer.isOk && answer.code !== '403') throw new ProviderError('no-stream', `the platform opens no stream of this camera: ${iccCode(answer)}`)
  const { url: list, token } = asPublished(startSchema, iccData(answer))
  const url = halfOf(list, platform.network)
  if (url === undefined || !/^rtsps?:/.test(url)) throw new ProviderError('unreachable', 'the answer is not as published: url holds no RTSP address')
  return { url: withToken(url, token), kind: 'rtsp', expiresAt: undefined }
}

/** Tokens hold a colon, which media servers do not expect to be encoded. */
const withToken = (url: string, token: string): string =>
  `${url}${url.includes('?') ? '&' : '?'}token=${encodeURIComponent(token).replaceAll('%3A', ':')}`

/** 设备远程抓图: the device puts a picture into the platform's store, and the answer says under which name. */
async function capture(setting: ProviderSetting<'icc'>, session: IccSession, source: string, signal: AbortSignal): Promise<Still> {
  const [deviceCode = '', ...rest] = source.split('$')
  const params = {
    method: 'dev.snap',
    id: setting.now(),
    params: { DevID: deviceCode, DevChannel: Number(rest.at(-1) ?? 0), SnapType: 1, CmdSrc: 0 },
  }
  const asked = { deviceCode, operation: 'generalJsonTransport', params: JSON.stringify(params) }
  const data = iccData(await session.ask('/evo-apigw/admin/API/EVO/invoke/DMS', asked, signal))
  const { PicInfo } = asPublished(captureSchema, typeof data === 'string' ? parseJson(data) : data).params
  const { value } = await session.token()
  const address = new URL(withToken(/^https?:/.test(PicInfo) ? PicInfo : `/evo-apigw/evo-oss/${PicInfo}`, value), setting.platform.url)
  if (!createMediaHosts([new URL(setting.platform.url).hostname], setting.platform.mediaHosts)(address)) {
    throw new ProviderError('forbidden', 'the platform keeps its stills on another host than its own: name that host in mediaHosts')
  }
  let answer: Response
  try {
    answer = await setting.fetch(address, { redirect: 'error', signal })
  } catch (cause) {
    throw new ProviderError('unreachable', 'the store of stills does not answer', { cause })
  }
  return await readStill(answer)
}
