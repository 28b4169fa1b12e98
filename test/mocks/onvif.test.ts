import { Cam } from 'onvif/promises/index.js'
import { expect, it, onTestFinished } from 'vitest'
import { startOnvifDevice } from '../../mock-streams/video/onvif.ts'

// The stand-in was written from the WSDL by those who wrote our provider, and could share their mistakes: here a client of another maker asks it.
it.each(['wss', 'digest'] as const)(
  'an ONVIF client of another maker signs in with %s, finds profiles, streams and stills, and turns the camera',
  async (signIn) => {
    const [username, password] = ['operator', "p@ss'w:rd%1"]
    const device = await startOnvifDevice({
      port: 0,
      user: username,
      password,
      serial: 'DS-2CD2T47-0001',
      name: '东门',
      hasPtz: true,
      sources: 2,
      signIn,
    })
    onTestFinished(() => device.close())
    const { hostname, port, host } = new URL(device.url)
    const camera = new Cam({ hostname, port: Number(port), username, password, timeout: 5_000, autoconnect: false })
    await camera.connect()
    const connected = camera as unknown as Connected
    const { profiles, defaultProfile, uri } = connected
    expect(profiles.map(({ $ }) => $.token)).toEqual(['Profile_102', 'Profile_101', 'Audio_1', 'Profile_202', 'Profile_201', 'Audio_2'])
    expect(defaultProfile.videoEncoderConfiguration).toMatchObject({ encoding: 'H264', resolution: { width: 640, height: 360 } })
    expect(uri.ptz?.href).toBe(`http://${host}/onvif/ptz_service`)
    expect(await camera.getDeviceInformation()).toMatchObject({ serialNumber: 'DS-2CD2T47-0001' })
    expect(await connected.getStreamUri({ protocol: 'RTSP', profileToken: 'Profile_201' })).toMatchObject({
      uri: 'rtsp://127.0.0.1:554/cam/realmonitor?profile=Profile_201&unicast=true',
    })
    expect(await connected.getSnapshotUri({ profileToken: 'Profile_101' })).toMatchObject({ uri: `http://${host}/still?scene=crossing&channel=1` })
    await connected.continuousMove({ x: 0.5, y: 0 })
    await connected.stop({ panTilt: true, zoom: true })
    expect(device.asked.slice(-2)).toEqual(signIn === 'wss' ? ['ContinuousMove', 'Stop'] : ['refused Stop', 'Stop'])
  },
)

it.each(['wss', 'digest'] as const)('it is refused with a wrong password by %s', async (signIn) => {
  const device = await startOnvifDevice({ port: 0, user: 'operator', password: 'right', serial: '1', signIn })
  onTestFinished(() => device.close())
  const { hostname, port } = new URL(device.url)
  const camera = new Cam({ hostname, port: Number(port), username: 'operator', password: 'wrong', timeout: 5_000, autoconnect: false })
  await expect(camera.connect().then(() => camera.getDeviceInformation())).rejects.toThrow()
  expect(device.asked).not.toContain('GetDeviceInformation')
})

/** What the client's types do not tell: what it knows after it has connected, and what can be asked of it. */
interface Connected {
  getStreamUri(asked: object): Promise<object>
  getSnapshotUri(asked: object): Promise<object>
  continuousMove(asked: object): Promise<unknown>
  stop(asked: object): Promise<unknown>
  readonly profiles: readonly { readonly $: { readonly token: string } }[]
  readonly defaultProfile: { readonly videoEncoderConfiguration: object }
  readonly uri: { readonly ptz?: { readonly href: string } }
}
