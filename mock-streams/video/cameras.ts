/** The cameras of the stand-in: real names of 崆峒区, places and headings plausible, not surveyed. */
export interface Camera {
  /** GB/T 28181: centre 8, industry 2, type 3 (131 camera), network 1, serial 6 */
  readonly code: string
  readonly name: string
  readonly region: string
  /** longitude, latitude; undefined as in many a real catalogue */
  readonly place: readonly [number, number] | undefined
  /** degrees clockwise from north */
  readonly azimuth: number
  /** folder of segments in ./media */
  readonly scene: string
  /** on a pan-tilt head */
  readonly canTurn?: true
}

/** Directories of the platform, by index code. */
export const regions: Readonly<Record<string, string>> = {
  'root-620802-01': '社会治理',
  'root-620802-02': '城市管理',
  'root-620802-03': '智慧文旅',
}

const camera = (serial: number, rest: Omit<Camera, 'code'>): Camera => ({ code: `62080200001310${String(serial).padStart(6, '0')}`, ...rest })

const governance = 'root-620802-01'
const management = 'root-620802-02'
const tourism = 'root-620802-03'

export const cameras: readonly Camera[] = [
  camera(1, { name: '解放路十字', region: governance, place: [106.6842, 35.5392], azimuth: 68, scene: 'crossing' }),
  camera(2, { name: '泾河八里桥', region: management, place: [106.7362, 35.5372], azimuth: 95, scene: 'river' }),
  camera(3, { name: '崆峒山山门', region: tourism, place: [106.5305, 35.5475], azimuth: 270, scene: 'gate' }),
  camera(4, { name: '中心广场', region: governance, place: [106.679, 35.5428], azimuth: 345, scene: 'square', canTurn: true }),
  camera(5, { name: '世纪花园小区', region: management, place: undefined, azimuth: 12, scene: 'community' }),
  camera(6, { name: '崆峒山游客中心', region: tourism, place: [106.542, 35.5448], azimuth: 180, scene: 'hall' }),
  camera(7, { name: '二天门社区', region: governance, place: [106.6655, 35.5345], azimuth: 20, scene: 'community' }),
  camera(8, { name: '甘沟路口', region: management, place: [106.6512, 35.5351], azimuth: 84, scene: 'crossing' }),
  camera(9, { name: '崆峒古镇广场', region: tourism, place: [106.5516, 35.5421], azimuth: 300, scene: 'square' }),
  camera(10, { name: '政务服务大厅', region: governance, place: [106.6598, 35.5446], azimuth: 0, scene: 'hall' }),
  camera(11, { name: '聚仙桥河道', region: management, place: [106.556, 35.549], azimuth: 110, scene: 'river' }),
  camera(12, { name: '柳湖公园正门', region: tourism, place: [106.6621, 35.5467], azimuth: 330, scene: 'gate' }),
]
