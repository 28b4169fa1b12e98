import { afterAll, beforeAll, expect, it } from 'vitest'
import { startOnvifDevice } from '../../mock-streams/video/onvif.ts'
import type { RunningOnvif } from '../../mock-streams/video/onvif.ts'
import { startVideoWall } from '../support/video-wall.ts'
import type { VideoWall } from '../support/video-wall.ts'
import { startCameras, stopCameras, userOfClosed } from './real-cameras.ts'
import type { RealCameras } from './real-cameras.ts'
import { cuts, startHlsByNginx } from './real-nginx.ts'
import type { MediaServer } from './real-nginx.ts'

/** From a camera or media server of other makers, through the server, to the picture in a real browser. */
const sets = {
  'RTSP of GStreamer, by the address list': ['rtsp-01'],
  'RTSP of GStreamer that asks for a password, named by an ONVIF device': ['DS-2CD2T47-0001.VideoSource_1'],
  'live HLS of ffmpeg, handed out by nginx to one user': Object.keys(cuts),
} as const

let cameras: RealCameras
let media: MediaServer
let device: RunningOnvif
let wall: VideoWall

beforeAll(async () => {
  cameras = await startCameras()
  media = await startHlsByNginx(userOfClosed)
  const rtsp = `rtsp://127.0.0.1:${String(cameras.closed)}/h264`
  device = await startOnvifDevice({ port: 0, ...userOfClosed, serial: 'DS-2CD2T47-0001', rtsp })
  const hls = Object.keys(cuts).map((name) => `${name},${name},culture-tourism,${media.origin}/${name}/live.m3u8`)
  wall = await startVideoWall({
    environment: { TEST_USER: userOfClosed.user, TEST_PASSWORD: userOfClosed.password },
    cameras: Object.values(sets).flat(),
    platforms: {
      'plain.yaml': `${head('addresses')}cameraList: plain.csv\nmediaHosts: ['127.0.0.1']\ndomains: {}\n`,
      'plain.csv': `id,name,domain,main\n${hls.join('\n')}\nrtsp-01,rtsp-01,urban-management,rtsp://127.0.0.1:${String(cameras.open)}/h264\n`,
      'onvif.yaml': `${head('onvif')}devices: ['${device.service}']\nmediaHosts: ['127.0.0.1']\ndomains: { onvif: urban-management }\n`,
    },
  })
})

afterAll(async () => {
  await wall.whole.stop()
  await device.close()
  await media.close()
  await stopCameras(cameras)
})

const head = (provider: string): string =>
  `id: ${provider}\nname: ${provider}\nshortName: ${provider.slice(0, 8)}\nnameEn: ${provider}\ndistrict: '620802'\nprovider: ${provider}\ndemo: true\ncatalogueSeconds: 5\ncontact: none\nuserEnv: TEST_USER\npasswordEnv: TEST_PASSWORD\n`

it.for(Object.entries(sets))('%s: plays, and its pictures move on', async ([, sources]) => {
  await wall.untilTheyPlay(sources)
})

it('neither an address nor a password reaches the browser', () => {
  const told = wall.seen.join('\n')
  const ports = [cameras.open, cameras.closed, new URL(media.origin).port, new URL(device.url).port].map((port) => `:${String(port)}`)
  for (const hidden of [userOfClosed.user, userOfClosed.password, encodeURIComponent(userOfClosed.password), 'rtsp:', ...ports])
    expect(told).not.toContain(hidden)
  expect(wall.whole.outside).toEqual([])
  expect(wall.whole.pageErrors).toEqual([])
})
