import { describe, expect, it } from 'vitest'
import { messagesOf, refusalOf, valuesOf } from './decoding.ts'

const alert = (identifier: string, more = ''): string => `<alert><identifier>${identifier}</identifier>${more}</alert>`

const cap12 = `<?xml version="1.0" encoding="UTF-8"?>
<cap:alert xmlns:cap="urn:oasis:names:tc:emergency:cap:1.2">
  <cap:identifier>KSTO1055887203</cap:identifier>
  <cap:sender>KSTO@NWS.NOAA.GOV</cap:sender>
  <cap:sent>2026-11-23T14:57:00-07:00</cap:sent>
  <cap:status>Actual</cap:status>
  <cap:msgType>Update</cap:msgType>
  <cap:scope>Public</cap:scope>
  <cap:references>KSTO@NWS.NOAA.GOV,KSTO1055887100,2026-11-23T13:00:00-07:00 KSTO@NWS.NOAA.GOV,KSTO1055887101,2026-11-23T13:30:00-07:00</cap:references>
  <cap:info>
    <cap:category>Met</cap:category>
    <cap:event>SEVERE THUNDERSTORM</cap:event>
    <cap:urgency>Immediate</cap:urgency>
    <cap:severity>Severe</cap:severity>
    <cap:certainty>Observed</cap:certainty>
    <cap:senderName>NATIONAL WEATHER SERVICE</cap:senderName>
    <cap:headline>SEVERE THUNDERSTORM WARNING</cap:headline>
    <cap:parameter><cap:valueName>awareness_level</cap:valueName><cap:value>3; orange; Severe</cap:value></cap:parameter>
    <cap:area>
      <cap:areaDesc>ALPINE COUNTY</cap:areaDesc>
      <cap:polygon>38.47,-120.14 38.34,-119.95 38.52,-119.74 38.47,-120.14</cap:polygon>
      <cap:polygon>38.47,-120.14 x,y 38.52,-119.74</cap:polygon>
      <cap:circle>38.5,-120.0 12.5</cap:circle>
      <cap:geocode><cap:valueName>SAME</cap:valueName><cap:value>006109</cap:value></cap:geocode>
    </cap:area>
  </cap:info>
</cap:alert>`

const national = `<alert>
  <identifier>62080241600000_20261123142108_0</identifier>
  <sender>崆峒区气象局</sender>
  <senderCode>62080241600000</senderCode>
  <sendTime>2026-11-23 14:21:08+08:00</sendTime>
  <status>Actual</status>
  <msgType>Update</msgType>
  <scope>Public</scope>
  <code><method><methodName>SMS</methodName><audenceprt>13800138000,</audenceprt></method></code>
  <secClassification>None</secClassification>
  <note/>
  <references>62080241600000_20261122080000_0,62080241600000_20261122090000_0</references>
  <info>
    <language>zh-CN</language>
    <eventType>11B06</eventType>
    <severity>Blue</severity>
    <effective>2026-11-23 14:30:00+08:00</effective>
    <onset/>
    <senderName>某某</senderName>
    <headline>崆峒区气象局发布大风蓝色预警[IV级/一般]</headline>
    <area><areaDesc>崆峒区,崆峒区</areaDesc><polygon/><circle/><geocode>620802000000,620802000000,620802100000</geocode></area>
  </info>
</alert>`

describe('one model', () => {
  it('of CAP 1.2: pairs are turned round, an unreadable ring is left out', async () => {
    const [message, ...more] = await messagesOf('cap', cap12)
    expect(more).toEqual([])
    expect(message).toMatchObject({ place: 'line 2', text: expect.stringMatching(/^<cap:alert.*<\/cap:alert>$/s) as string })
    expect(message !== undefined && 'value' in message && message.value).toEqual({
      identifier: 'KSTO1055887203',
      sender: 'KSTO@NWS.NOAA.GOV',
      status: 'Actual',
      msgType: 'Update',
      scope: 'Public',
      sent: '2026-11-23T14:57:00-07:00',
      references: ['KSTO1055887100', 'KSTO1055887101'],
      infos: [
        {
          event: 'SEVERE THUNDERSTORM',
          urgency: 'Immediate',
          severity: 'Severe',
          certainty: 'Observed',
          senderName: 'NATIONAL WEATHER SERVICE',
          headline: 'SEVERE THUNDERSTORM WARNING',
          parameters: [{ name: 'awareness_level', value: '3; orange; Severe' }],
          areas: [
            {
              areaDesc: 'ALPINE COUNTY',
              polygons: [
                [
                  [-120.14, 38.47],
                  [-119.95, 38.34],
                  [-119.74, 38.52],
                  [-120.14, 38.47],
                ],
              ],
              circles: [{ place: [-120, 38.5], radiusKm: 12.5 }],
              geocodes: [{ name: 'SAME', value: '006109' }],
            },
          ],
        },
      ],
    })
  })

  it('of the national format: codes once each, the numbers of whom it was sent to left out', async () => {
    expect(await valuesOf('cap', national)).toEqual([
      {
        identifier: '62080241600000_20261123142108_0',
        sender: '崆峒区气象局',
        senderCode: '62080241600000',
        status: 'Actual',
        msgType: 'Update',
        scope: 'Public',
        sent: '2026-11-23 14:21:08+08:00',
        references: ['62080241600000_20261122080000_0', '62080241600000_20261122090000_0'],
        infos: [
          {
            language: 'zh-CN',
            eventType: '11B06',
            severity: 'Blue',
            effective: '2026-11-23 14:30:00+08:00',
            senderName: '某某',
            headline: '崆峒区气象局发布大风蓝色预警[IV级/一般]',
            parameters: [],
            areas: [
              {
                areaDesc: '崆峒区,崆峒区',
                polygons: [],
                circles: [],
                geocodes: [
                  { name: '', value: '620802000000' },
                  { name: '', value: '620802100000' },
                ],
              },
            ],
          },
        ],
      },
    ])
  })

  it('takes a first number that can only be a longitude for one', async () => {
    const area = '<info><area><polygon>106.6,35.5 106.7,35.5 106.7,35.6</polygon></area></info>'
    expect(await valuesOf('cap', alert('A', area))).toMatchObject([
      {
        infos: [
          {
            areas: [
              {
                polygons: [
                  [
                    [106.6, 35.5],
                    [106.7, 35.5],
                    [106.7, 35.6],
                  ],
                ],
              },
            ],
          },
        ],
      },
    ])
  })
})

describe('alerts are found', () => {
  const two = alert('A') + alert('B')
  const escaped = two.replaceAll('<', '&lt;')

  it.each([
    ['under an envelope', `<alerts>${two}</alerts>`],
    [
      'in an Atom feed',
      `<feed xmlns="http://www.w3.org/2005/Atom"><entry><content>${alert('A')}</content></entry><entry><content>${alert('B')}</content></entry></feed>`,
    ],
    ['as text in a SOAP answer', `<s:Envelope xmlns:s="x"><s:Body><r>${escaped}</r></s:Body></s:Envelope>`],
    ['as a section in a SOAP answer', `<Envelope><Body><![CDATA[<?xml version="1.0"?><l>${two}</l>]]></Body></Envelope>`],
  ])('%s', async (_what, body) => {
    expect((await valuesOf('cap', body)).map((value) => (value as { identifier: string }).identifier)).toEqual(['A', 'B'])
  })

  it('nowhere in an empty list; a document about something else is refused', async () => {
    expect(await valuesOf('cap', '<alerts/>')).toEqual([])
    const detail = 'body: no element "alert" in "weather"; send alerts of CAP 1.2 or GB/T 35965.1'
    expect(await refusalOf('cap', '<weather/>')).toEqual({ stage: 'decode', code: 'bad-shape', detail })
  })

  it('and one without identifier does not lose its neighbours', async () => {
    const values = await valuesOf('cap', `<l>${alert('')}${alert('B')}</l>`)
    expect(values).toEqual([
      { stage: 'decode', code: 'bad-shape', detail: 'line 1: an alert without identifier; send one, which no other alert has' },
      { identifier: 'B', references: [], infos: [] },
    ])
  })

  it('never with entities, hidden in text or not', async () => {
    expect(await refusalOf('cap', `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${alert('&x;')}`)).toMatchObject({ code: 'bad-syntax' })
    const hidden = '<r>&lt;!DOCTYPE a [&lt;!ENTITY x "y">]>&lt;alert>&lt;identifier>&amp;x;&lt;/identifier>&lt;/alert></r>'
    expect(await refusalOf('cap', hidden)).toMatchObject({ code: 'bad-shape' })
  })
})
