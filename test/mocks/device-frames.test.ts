import { describe, expect, it } from 'vitest'
import { crcOf, cutAnswer as cutLine, frameOf as hj212FrameOf } from '../../mock-streams/ecology/frame.ts'
import { cutAnswer as cutSl651, element, frameOf as sl651FrameOf, observation } from '../../mock-streams/hydrology/frame.ts'
import { answerBody, cutAnswer as cutJt808, frameOf as jt808FrameOf, positionBody } from '../../mock-streams/transport-gps/frame.ts'

/** The simulated devices write frames by the standards alone: here against the published ones. */

const hex = (bytes: Buffer): string => bytes.toString('hex').toUpperCase()

describe('HJ 212', () => {
  it.each([
    ['0101', 'QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&', '1C80'],
    [
      '0139',
      'ST=32;CN=2011;PW=123456;MN=LD130133000015;CP=&&DataTime=20160824003817000;B01-Rtd=36.91;011-Rtd=231.0,011-Flag=N;060-Rtd=1.803,060-Flag=N&&',
      '4980',
    ],
  ])('writes the published frame of %s characters', (length, segment, crc) => {
    expect(crcOf(segment)).toBe(crc)
    expect(hj212FrameOf(segment).toString()).toBe(`##${length}${segment}${crc}\r\n`)
  })

  it('waits for the end of an answer', () => {
    const answer = hj212FrameOf('QN=1;ST=91;CN=9014;PW=1;MN=1;Flag=4;CP=&&&&')
    expect(cutLine(answer.subarray(0, -1))).toBeUndefined()
    expect(cutLine(Buffer.concat([answer, answer]))).toEqual({ answer: answer.subarray(0, -2), length: answer.length })
  })
})

describe('SL 651', () => {
  it('writes the published heartbeat', () => {
    const heartbeat = {
      centre: 1,
      station: '0012345678',
      password: '1234',
      code: 0x2f,
      serial: 3,
      sentAt: '2059-10-11 15:51:11',
      rest: Buffer.alloc(0),
    }
    expect(hex(sl651FrameOf(heartbeat))).toBe('7E7E01001234567812342F0008020003591011155111036BCA')
  })

  it('writes the published timed report', () => {
    const rest = Buffer.concat([
      observation('0011223344', 'H', '2017-07-18 11:00:00'),
      element(0x20, 4, 3, 1),
      element(0x26, 4, 3, 1),
      element(0x39, 10.49, 4, 3),
      element(0x38, 10.99, 2, 2),
    ])
    const report = { centre: 5, station: '0011223344', password: '03E8', code: 0x32, serial: 0x34, sentAt: '2017-07-18 11:00:16', rest }
    expect(hex(sl651FrameOf(report))).toBe(
      '7E7E05001122334403E832002B020034170718110016F1F1001122334448F0F01707181100201900004026190000403923000104903812109903A421',
    )
  })

  it('waits for the end of an answer', () => {
    const answer = Buffer.from('7E7E00112233440503E8328008020034170718110016' + '1B' + '0000', 'hex')
    expect(cutSl651(answer.subarray(0, -1))).toBeUndefined()
    expect(cutSl651(answer)).toEqual({ answer, length: answer.length })
  })
})

describe('JT/T 808', () => {
  it('writes the published position of 2013', () => {
    const body = Buffer.from('000000010000000200BA7F0E07E4F11C0028003C00001810151010100104000000640202007D', 'hex')
    expect(hex(jt808FrameOf({ edition: 2013, phone: '123456789012' }, { id: 0x0200, serial: 126, body }))).toBe(
      '7E02000026123456789012007D02000000010000000200BA7F0E07E4F11C0028003C00001810151010100104000000640202007D01137E',
    )
  })

  it('writes the same place, speed and time into the body of a position', () => {
    const fix = {
      place: [132.444444, 12.222222],
      speed: 6,
      heading: 0,
      altitude: 40,
      isIgnitionOn: false,
      alarmBits: 1,
      mileage: 10,
      time: '2018-10-15 10:10:10',
    } as const
    expect(hex(positionBody(fix)).slice(0, 68)).toBe('000000010000000200BA7F0E07E4F11C0028003C0000181015101010010400000064')
  })

  it('reads an answer of either edition, escapes and all', () => {
    const body = Buffer.from('007E010200', 'hex')
    for (const edition of [2013, 2019] as const) {
      const frame = jt808FrameOf({ edition, phone: '14480162001' }, { id: 0x8001, serial: 0x7d, body })
      const cut = cutJt808(frame)
      expect(cut?.length).toBe(frame.length)
      expect(answerBody(cut?.answer ?? Buffer.alloc(0), edition)).toEqual({ id: 0x8001, body })
      expect(cutJt808(frame.subarray(0, -1))).toBeUndefined()
    }
  })
})
