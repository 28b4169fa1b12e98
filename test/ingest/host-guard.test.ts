import type { LookupAddress } from 'node:dns'
import { describe, expect, it } from 'vitest'
import { createHostGuard, hostEntryProblem } from '../../server/ingest/host-guard.ts'
import { MisconfiguredError } from '../../server/ingest/transport.ts'

const names: Readonly<Record<string, readonly string[]>> = {
  'iot.example.cn': ['10.1.2.3'],
  'a.b.example.cn': ['10.1.2.4'],
  'rebind.example.cn': ['127.0.0.1'],
  'mapped.example.cn': ['::ffff:127.0.0.1'],
  'metadata.example.cn': ['169.254.169.254'],
  'both.example.cn': ['127.0.0.1', '10.9.9.9'],
  'own.example.cn': ['10.7.7.7'],
  'alicloud.example.cn': ['100.100.100.200'],
  'translated.example.cn': ['::ffff:0:7f00:1'],
  'nothing.example.cn': [],
  'xn--fiq228c.cn': ['10.4.4.4'],
  localhost: ['::1', '127.0.0.1'],
}
const lookup = (host: string): Promise<readonly LookupAddress[]> =>
  names[host] === undefined
    ? Promise.reject(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }))
    : Promise.resolve(names[host].map((address) => ({ address, family: address.includes(':') ? 6 : 4 })))
const guard = (...allow: readonly string[]): ReturnType<typeof createHostGuard> => createHostGuard(allow, lookup, () => ['10.7.7.7'])

describe('the host guard', () => {
  it.each([
    [['iot.example.cn'], 'iot.example.cn', 1883, '10.1.2.3'],
    [['iot.example.cn:1883'], 'iot.example.cn', 1883, '10.1.2.3'],
    [['IOT.Example.CN.'], 'iot.example.cn', 1883, '10.1.2.3'],
    [['iot.example.cn'], 'IOT.EXAMPLE.CN', 80, '10.1.2.3'],
    [['iot.example.cn'], 'iot.example.cn.', 80, '10.1.2.3'],
    [['*.example.cn:80'], 'a.b.example.cn', 80, '10.1.2.4'],
    [['中文.cn'], 'xn--fiq228c.cn', 80, '10.4.4.4'],
    [['xn--fiq228c.cn'], '中文.cn', 80, '10.4.4.4'],
    [['10.20.0.0/16'], '10.20.255.1', 80, '10.20.255.1'],
    [['10.20.0.1:80'], '10.20.0.1', 80, '10.20.0.1'],
    [['10.20.0.1'], '0x0a.20.1', 80, '10.20.0.1'],
    [['fd00::/8'], '[fd12::7]', 80, 'fd12::7'],
    [['[fd00::1]:80'], 'fd00::1', 80, 'fd00::1'],
    [['localhost'], 'localhost', 80, '::1'],
    [['localhost:80'], 'LOCALHOST.', 80, '::1'],
    [['127.0.0.1'], '127.0.0.1', 80, '127.0.0.1'],
    [['own.example.cn', '10.7.7.7'], 'own.example.cn', 80, '10.7.7.7'],
    [['10.7.7.7:80'], '10.7.7.7', 80, '10.7.7.7'],
    [['127.0.0.0/8'], '2130706433', 80, '127.0.0.1'],
    [['[::1]:80'], '[::1]', 80, '::1'],
    [['0.0.0.0/0', '127.0.0.1'], '127.0.0.1', 80, '127.0.0.1'],
    [['rebind.example.cn', '127.0.0.1'], 'rebind.example.cn', 80, '127.0.0.1'],
    [['both.example.cn'], 'both.example.cn', 80, '10.9.9.9'],
  ])('%j lets a feed go to %s:%i, at %s', async (allow, host, port, address) => {
    expect((await guard(...allow).resolve(host, port)).address).toBe(address)
  })

  it.each([
    [[], 'iot.example.cn', 80],
    [['iot.example.cn:1883'], 'iot.example.cn', 1884],
    [['*.example.cn'], 'example.cn', 80],
    [['*.example.cn'], 'evilexample.cn', 80],
    [['example.cn'], 'iot.example.cn', 80],
    // named by what it resolves to, not by its name
    [['10.0.0.0/8'], 'iot.example.cn', 80],
    // a name that means this machine, the link or cloud metadata
    [['rebind.example.cn'], 'rebind.example.cn', 80],
    [['*.example.cn', 'localhost'], 'rebind.example.cn', 80],
    [['mapped.example.cn'], 'mapped.example.cn', 80],
    [['metadata.example.cn', '0.0.0.0/0', '::/0'], 'metadata.example.cn', 80],
    [['rebind.example.cn', '127.0.0.1:8080'], 'rebind.example.cn', 80],
    // an interface of this machine, whatever network it is in
    [['own.example.cn'], 'own.example.cn', 80],
    [['10.0.0.0/8'], '10.7.7.7', 80],
    [['alicloud.example.cn'], 'alicloud.example.cn', 80],
    [['translated.example.cn'], 'translated.example.cn', 80],
    [['::/0'], '[64:ff9b:1::7f00:1]', 80],
    [['::/0'], '[fd00:ec2::254]', 80],
    // networks that hold more than this machine do not mean it
    [['0.0.0.0/0'], '127.0.0.1', 80],
    [['0.0.0.0/0'], '2130706433', 80],
    [['0.0.0.0/0'], '017700000001', 80],
    [['0.0.0.0/0'], '0x7f.1', 80],
    [['0.0.0.0/0'], '127.1', 80],
    [['0.0.0.0/0'], '127.0.0.1.', 80],
    [['0.0.0.0/0'], '0', 80],
    [['0.0.0.0/0'], '169.254.169.254', 80],
    [['0.0.0.0/0'], '224.0.0.1', 80],
    [['0.0.0.0/0', '::/0'], '[::ffff:127.0.0.1]', 80],
    [['0.0.0.0/0', '::/0'], '[::ffff:7f00:1]', 80],
    [['0.0.0.0/0', '::/0'], '[64:ff9b::7f00:1]', 80],
    [['::/0'], '[::1]', 80],
    [['::/0'], '[::]', 80],
    [['::/0'], '[fe80::1]', 80],
    [['::/0'], '[ff02::1]', 80],
    [['localhost'], '127.0.0.1', 80],
    // what is no host's name
    [['iot.example.cn'], 'user@iot.example.cn', 80],
    [['iot.example.cn'], 'iot.example.cn#evil.cn', 80],
    [['iot.example.cn'], 'iot.example.cn/..', 80],
    [['iot.example.cn'], '', 80],
  ])('%j does not let a feed go to %s:%i', async (allow, host, port) => {
    await expect(guard(...allow).resolve(host, port)).rejects.toThrow(MisconfiguredError)
  })

  it('says which entry is missing', async () => {
    await expect(guard().resolve('iot.example.cn', 1883)).rejects.toThrow(
      'source: feedHosts in config/app.yaml does not name iot.example.cn:1883; add "iot.example.cn:1883" there if the feed may go there',
    )
    await expect(guard('rebind.example.cn').resolve('rebind.example.cn', 80)).rejects.toThrow('add "127.0.0.1:80" there if that is meant')
  })

  it('leaves a name that cannot be resolved to another try', async () => {
    const failing = guard('unknown.example.cn', 'nothing.example.cn')
    await expect(failing.resolve('unknown.example.cn', 80)).rejects.toThrow('cannot be resolved (ENOTFOUND)')
    await expect(failing.resolve('unknown.example.cn', 80)).rejects.not.toThrow(MisconfiguredError)
    await expect(failing.resolve('nothing.example.cn', 80)).rejects.toThrow('resolves to no address')
  })

  it('resolves once: the address it looked at is the one that is connected to', async () => {
    let asked = 0
    const flipping = createHostGuard(
      ['iot.example.cn'],
      () => Promise.resolve([{ address: asked++ === 0 ? '10.0.0.1' : '127.0.0.1', family: 4 }]),
      () => [],
    )
    expect(await flipping.resolve('iot.example.cn', 80)).toEqual({ address: '10.0.0.1', family: 4 })
    await expect(flipping.resolve('iot.example.cn', 80)).rejects.toThrow(MisconfiguredError)
  })

  it.each([
    '',
    'http://iot.example.cn',
    'a b',
    '10.0.0.0/33',
    '10.0.0.0/x',
    'iot.example.cn:0',
    'iot.example.cn:70000',
    'a*.cn',
    '*',
    '2130706433',
    '[iot]:80',
  ])('refuses the entry %j', (entry) => {
    expect(hostEntryProblem(entry)).toContain('is no host')
    expect(() => guard(entry)).toThrow(MisconfiguredError)
  })
})
