import { pick } from '../chance.ts'

/** Invented callers. Their particulars travel in the vendor's messages as they really do, so that masking has something to mask. */
export interface Caller {
  readonly name: string
  readonly phone: string
  readonly idNumber: string
  readonly plate: string
  /** number of house, entrance and flat */
  readonly door: string
}

const surnames = Array.from('王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗')
const given = Array.from('伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰')

const digits = (count: number, roll: () => number): string => Array.from({ length: count }, () => String(Math.floor(roll() * 10))).join('')
const number = (low: number, high: number, roll: () => number): number => low + Math.floor(roll() * (high - low + 1))
const two = (value: number): string => String(value).padStart(2, '0')

/** An invented person: nobody's name, phone or number on purpose. */
export function someone(roll: () => number): Caller {
  const birth = `${String(number(1950, 2004, roll))}${two(number(1, 12, roll))}${two(number(1, 28, roll))}`
  return {
    name: `${pick(surnames, roll)}${pick(given, roll)}${roll() < 0.6 ? pick(given, roll) : ''}`,
    phone: `${pick(['139', '138', '152', '177', '189', '136'], roll)}${digits(8, roll)}`,
    idNumber: `622701${birth}${digits(3, roll)}${pick(Array.from('0123456789X'), roll)}`,
    plate: `甘L${pick(Array.from('ABCDEFGH'), roll)}${digits(4, roll)}`,
    door: `${String(number(1, 160, roll))}号${String(number(1, 9, roll))}单元${String(number(1, 26, roll))}0${String(number(1, 4, roll))}室`,
  }
}
