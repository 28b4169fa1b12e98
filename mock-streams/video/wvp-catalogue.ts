import { cameras } from './cameras.ts'
import type { Camera } from './cameras.ts'

/** What hangs on the stand-in for WVP: the cameras of ./cameras.ts as three GB/T 28181 devices report them, with what real ones get wrong. */
export interface Device {
  readonly deviceId: string
  readonly name: string
  readonly channels: readonly Channel[]
}

export interface Channel {
  readonly deviceId: string
  readonly name: string
  readonly parentId: string
  readonly civilCode: string | null
  readonly businessGroupId: string | null
  /** of those that send a picture */
  readonly camera: Camera | undefined
  /** 1 dome · 2 half dome · 3 fixed bullet · 4 PTZ bullet */
  readonly ptzType: number
  /** 1 east · 2 west · 3 south · 4 north · 5 south-east · 6 north-east · 7 south-west · 8 north-west */
  readonly directionType: number | null
}

const directory = (deviceId: string, name: string, parentId: string): Channel => ({
  deviceId,
  name,
  parentId,
  civilCode: null,
  businessGroupId: null,
  camera: undefined,
  ptzType: 0,
  directionType: null,
})

/** The shared platform of lower rank: 业务分组 and below it 虚拟组织. */
export const lowerPlatform = '62080200002000000001'
/** A recorder that knows no directories: its channels name itself as their parent. */
export const recorder = '62080200001180000001'
/** A camera that registered by itself, and hangs on the lower platform too. */
const loneCamera = '62080200001320000012'

const group = '62080200002150000001'
const organisations: Readonly<Record<string, readonly [code: string, name: string]>> = {
  'root-620802-01': ['62080200002160000001', '社会治理'],
  'root-620802-02': ['62080200002160000002', '城市管理'],
  'root-620802-03': ['62080200002160000003', '智慧文旅'],
}

const directions = [4, 6, 1, 5, 3, 7, 2, 8] as const
const directionOf = ({ azimuth }: Camera): number => directions[Math.round(azimuth / 45) % 8] ?? 4

function channelOf(camera: Camera, parentId: string, ptzType: number): Channel {
  return {
    deviceId: camera.code,
    name: camera.name,
    parentId,
    civilCode: '620802',
    businessGroupId: parentId === recorder ? null : group,
    camera,
    ptzType,
    directionType: directionOf(camera),
  }
}

const organisationOf = ({ region }: Camera): string => organisations[region]?.[0] ?? group

export const devices: readonly Device[] = [
  {
    deviceId: lowerPlatform,
    name: '区视频共享平台',
    channels: [
      directory('620802', '崆峒区', lowerPlatform),
      directory(group, '雪亮工程', lowerPlatform),
      ...Object.values(organisations).map(([code, name]) => directory(code, name, group)),
      ...cameras.slice(0, 8).map((camera, index) => channelOf(camera, organisationOf(camera), index % 4 === 0 ? 1 : 3)),
      directory('62080200001340000001', '报警输入 1', lowerPlatform),
    ],
  },
  { deviceId: recorder, name: '柳湖片区录像机', channels: cameras.slice(8, 11).map((camera) => channelOf(camera, recorder, 3)) },
  {
    deviceId: loneCamera,
    name: '柳湖公园正门',
    channels: [...cameras.slice(11), ...cameras.slice(0, 1)].map((camera) => channelOf(camera, loneCamera, 4)),
  },
]
