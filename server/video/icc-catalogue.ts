import { z } from 'zod'
import { cameraName, cameraPlace, numeric } from './camera.ts'
import type { Catalogue, CatalogueItem, RefusedItem } from './provider.ts'

/** What we read of one entry of POST /evo-apigw/evo-brm/1.2.0/device/channel/subsystem/page. */
const channelSchema = z.object({
  channelCode: z.string().min(1).max(128),
  channelName: z.string().min(1),
  /** 1 is video; others are doors, alarms, displays */
  unitType: numeric,
  /** 2 is a dome, the only kind that turns */
  cameraType: numeric,
  /** its code in GB/T 28181, where it comes from there */
  channelSn: z.string().nullish(),
  ownerCode: z.string().nullish(),
  gpsX: numeric,
  gpsY: numeric,
  isOnline: numeric,
  /** 0: switched off at the platform */
  stat: numeric,
})

const organisationSchema = z.object({ orgCode: z.string().min(1), orgName: z.string().min(1) })

/** Names of the organisation tree by code. Entries that cannot be read have no name; cameras show their code. */
export function readOrganisations(entries: readonly unknown[]): ReadonlyMap<string, string> {
  const read = entries.flatMap((entry) => organisationSchema.safeParse(entry).data ?? [])
  return new Map(read.map(({ orgCode, orgName }) => [orgCode, orgName]))
}

/** The cameras among the channels. One that stands twice counts once, as it came first. */
export function readChannels(entries: readonly unknown[], organisations: ReadonlyMap<string, string>): Catalogue {
  const items = new Map<string, CatalogueItem>()
  const refused: RefusedItem[] = []
  for (const entry of entries) {
    const parsed = channelSchema.safeParse(entry)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      const detail = `data.pageData[].${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'unreadable'}`
      refused.push({ detail, raw: JSON.stringify(entry) })
      continue
    }
    const { channelCode: id, unitType = 1 } = parsed.data
    if (unitType === 1 && !items.has(id)) items.set(id, itemOf(parsed.data, organisations))
  }
  return { items: [...items.values()], refused }
}

function itemOf(channel: z.infer<typeof channelSchema>, organisations: ReadonlyMap<string, string>): CatalogueItem {
  const { channelSn, ownerCode } = channel
  return {
    id: channel.channelCode,
    name: cameraName(channel.channelName),
    // a camera of unknown state counts as online, since only opening it can tell
    isOnline: channel.isOnline !== 0 && channel.stat !== 0,
    regions: upwards(ownerCode ?? '').flatMap((code) => [organisations.get(code) ?? [], code].flat()),
    place: cameraPlace(channel.gpsX, channel.gpsY),
    heading: undefined,
    ...(channelSn !== null && channelSn !== undefined && /^\d{20}$/.test(channelSn) ? { code: channelSn } : {}),
    ...(channel.cameraType === 2 ? { canMove: true } : {}),
  }
}

/** An organisation and those above it, nearest first: each level adds three digits to the code. */
function upwards(code: string): readonly string[] {
  if (!/^(\d{3})+$/.test(code)) return code === '' ? [] : [code]
  return Array.from({ length: code.length / 3 }, (_, level) => code.slice(0, code.length - level * 3))
}
