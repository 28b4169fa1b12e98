import { describe, expect, it } from 'vitest'
import { keyedNames } from '../../server/ingest/privacy.ts'
import { namingPrivacy, plainPrivacy } from '../support/privacy.ts'

const told = (value: unknown): unknown => JSON.parse(plainPrivacy().json(value).text) as unknown

describe('a decoded message that is kept', () => {
  it('keeps its shape, and everything under a key that names a person is masked', () => {
    const value = {
      contact: { name: { first: '张', last: '三' } },
      联系人: ['张三', ['李四', null, '']],
      phoneNumber: 1380013,
      'u:name': '王五',
      '@姓名': { '#text': '赵六', sex: '男' },
      proposer: '钱七',
      addrDetail: '幸福小区',
      note: '{"name":"张三","phone":"138"}',
      sex: '男',
      count: 12,
    }
    expect(told(value)).toEqual({
      contact: { name: { first: '***', last: '***' } },
      联系人: ['***', ['***', null, '']],
      phoneNumber: '***',
      'u:name': '***',
      '@姓名': { '#text': '***', sex: '***' },
      proposer: '***',
      addrDetail: '***',
      note: '{"name":"***","phone":"***"}',
      sex: '男',
      count: 12,
    })
  })

  it.each(['工单编号', 'orderNo', 'ORDER_ID', 'cap:caseNo', 'QN', 'code', '采样时间'])('keeps what numbers an order or a device by %s', (key) => {
    const value = { [key]: '20261124123456100', list: [{ [key]: 202_611_241_234_567 }], text: { [key]: { '#text': 'HJ-62080220261124000' } } }
    expect(told(value)).toEqual(value)
  })

  it.each([
    ['orderNo', '13800138000'],
    ['orderNo', '11010519491231002X'],
    ['orderNo', '6222021234567890128'],
    ['orderNo', '0933-8612345'],
    ['idNo', '20261124123456100'],
    ['卡号', '20261124123456100'],
    ['content', '20261124123456100'],
    ['编号', '张三20261124123456100'],
  ])('masks under %s what is somebody’s: %s', (key, number) => {
    expect(JSON.stringify(told({ [key]: number }))).not.toContain(number)
  })

  it('has keys of its own words, not of numbers', () => {
    expect(told({ 来电人关系: 'x', '13800138000': 1 })).toEqual({ 来电人关系: 'x', '***': 1 })
  })

  it('says when it is not whole, and what was cut tells nothing', () => {
    expect(plainPrivacy().json({ a: 'x'.repeat(70_000) }).isWhole).toBe(false)
    const { text, isWhole } = plainPrivacy().json({ a: `${'1'.repeat(131_060)} 1380013800099` })
    expect([isWhole, text.includes('1380')]).toEqual([false, false])
    expect(plainPrivacy().json({ list: Array.from({ length: 100_000 }, () => ({ a: 1 })) }).text.length).toBeLessThanOrEqual(65_536)
    expect(plainPrivacy().json(undefined)).toEqual({ text: '', isWhole: true })
  })
})

describe('what is hidden', () => {
  const privacy = namingPrivacy()

  it('has a name of its own, the same each time, which is masked no further', () => {
    const [one, other] = ['13800138000', '13800138001'].map((number) => privacy.text(`请回电${number}。`))
    expect(one).toMatch(/^请回电\*{3}[bcdfghjklmnpqrstvwxz]{8}。$/)
    expect(one).toBe(privacy.text('请回电13800138000。'))
    expect(one).not.toBe(other)
    expect(privacy.text(one ?? '')).toBe(one)
    const kept = privacy.text('{"phone":"13800138000","姓名":"张三"}')
    expect(privacy.text(kept)).toBe(kept)
  })

  it('is named by a key: without it nobody finds the number by trying them all', () => {
    expect(keyedNames('one').mark('13800138000')).not.toBe(keyedNames('other').mark('13800138000'))
    expect(keyedNames('one').alias('甘L12345')).toMatch(/^v-[0-9a-f]{12}$/)
    expect(keyedNames('one').alias('甘L12345')).not.toBe(keyedNames('other').alias('甘L12345'))
  })
})

describe('a row that its columns do not fit', () => {
  it('is masked whole where one of them is a person’s', () => {
    expect(plainPrivacy().text('李四,1,,"a,b"', ['姓名', '电话', '内容'])).toBe('***,***,,***')
    expect(plainPrivacy().text('灯,1,2', ['内容', '数量'])).toBe('灯,1,2')
  })
})
