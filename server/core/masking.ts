import { compoundSurnames, everydaySurnames, plainSurnames } from './surnames.ts'

/**
 * Personal data in foreign text, masked before anything is recorded. Masks are stars and hide all that identifies; only a surname stays
 * (张**) and a plate's city (甘L·***), so that a text still reads.
 *
 * What it cannot know: a name that no cue announces, and a number written in words. Mappings therefore leave out the fields that hold
 * such data; this is the second net. What it leaves alone on purpose: dates, amounts, short service numbers (12345), counts (12户),
 * floors (5楼), public works with a number (1号泵站, 2号线).
 *
 * Every pattern is linear: repetitions are bounded, or cannot start again inside what they have run over.
 */

const stars = '***'

interface Mask {
  readonly pattern: RegExp
  readonly shown: string
}

/** What is put in the place of something that is hidden whole: stars, perhaps with letters that keep it apart from others. */
export type Mark = (hidden: string) => string

/** Provinces, of which every plate begins with one. */
const anyProvince = /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]/
const plate =
  /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼] ?[A-HJ-NP-Za-hj-np-zＡ-Ｚａ-ｚ][·•.\- ]?(?=[A-Za-zＡ-Ｚａ-ｚ]{0,5}[0-9０-９])[0-9A-Za-z０-９Ａ-Ｚａ-ｚ]{4,5}[0-9A-Za-z０-９Ａ-Ｚａ-ｚ挂学警港澳领使]/

/** The first plate of a vehicle in a short text. */
export const plateIn = (text: string): string | undefined => (anyProvince.test(text) ? plate.exec(text)?.[0] : undefined)

/** No word consists of these, so that they are never taken for the upstream's own; and no mask knows them. */
export const markLetters = 'bcdfghjklmnpqrstvwxz'
export const lettersOfMark = 8
const mark = `[*]{3}(?:[${markLetters}]{${String(lettersOfMark)}})?`
const wholeMark = new RegExp(`^${mark}$`)
const everyMark = new RegExp(mark, 'g')

export const isMark = (text: string): boolean => wholeMark.test(text)

/** Marks as stars alone, which is how they stand in facts. */
export const withPlainMarks = (text: string): string => text.replace(everyMark, stars)

/** Masks that cannot find anything in a text in which `need` finds nothing: most texts hold no personal data, and are only looked through. */
interface MaskGroup {
  readonly need: RegExp
  readonly masks: readonly Mask[]
}

const digit = '[0-9０-９]'
/** what people write between the digits of a number, one at a time; some of it cannot be seen */
const gap = '[-－—–· \u3000\u200b-\u200d\u2060\ufeff]?'
const startOfNumber = `(?<!${digit})`
const endOfNumber = `(?!${digit})`

const email: Mask = { pattern: /(?<![\w.+%-])[\w.+%-]+[@＠][\w-]+(?:\.[\w-]+)*/g, shown: '***' }

const plates: readonly Mask[] = [
  {
    pattern:
      /([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼] ?[A-HJ-NP-Za-hj-np-z])[·•.\- ]?(?=[A-Za-z]{0,5}[0-9])[0-9A-Za-z]{4,5}[0-9A-Za-z挂学警港澳领使](?![0-9A-Za-z])/g,
    shown: '$1·***',
  },
  { pattern: /((?:车牌号?|牌照|plate)(?: ?(?:no|number))?[.:：# ]{1,3})(?=[a-z-]{0,7}[0-9])[0-9a-z-]{4,8}(?![0-9a-z-])/gi, shown: '$1***' },
]

const numbers: readonly Mask[] = [
  // 身份证, bank cards, any other long run of digits: nothing of that length belongs on a wall
  `${startOfNumber}${digit}{15,}[xXｘＸ]?`,
  `${startOfNumber}${digit}{6}[- ]${digit}{8}[- ]${digit}{3}[0-9０-９xXｘＸ]${endOfNumber}`,
  `${startOfNumber}${digit}{4}(?:[- ]${digit}{4}){3}(?:[- ]?${digit}{1,3})?${endOfNumber}`,
  // mobile
  `${startOfNumber}(?:(?:[+＋]|00)?86[- ]?)?[1１]${gap}[3-9３-９](?:${gap}${digit}){9}${endOfNumber}`,
  `${startOfNumber}1[3-9][0-9][.][0-9]{4}[.][0-9]{4}${endOfNumber}`,
  // landline with its area code, perhaps an extension
  `${startOfNumber}[(（]?[0０]${digit}{2,3}[)）]?[-－— ]?${digit}{3,4}[- ]?${digit}{4}(?:[-－—转]${digit}{1,6})?${endOfNumber}`,
  // North American
  `${startOfNumber}(?:[+]?1[-. ])?[(]?[2-9]${digit}{2}(?:[)] ?|[-. ])[2-9]${digit}{2}[-. ]?${digit}{4}${endOfNumber}`,
].map((source) => ({ pattern: new RegExp(source, 'g'), shown: '***' }))

const phoneAfterCue: Mask = {
  pattern: new RegExp(
    `((?:电话|手机|号码|联系方式|座机|微信|qq|tel|phone|cell|call)(?:号码?)?[.:：是为 ]{0,3})(?:${digit}{7,14}|${digit}{3,4}[- ]${digit}{4,5})${endOfNumber}`,
    'gi',
  ),
  shown: '$1***',
}

/** 微信号, 护照号: letters and digits, known only by their cue */
const accountAfterCue: Mask = {
  pattern: /((?:微信|qq|护照)(?:号码?)?[:：是为 ]{0,3})(?=[a-z_-]{1,20}[0-9])[a-z][a-z0-9_-]{5,19}(?![a-z0-9_-])/gi,
  shown: '$1***',
}

const chineseNumber = '一二三四五六七八九十百零〇'
const ordinal = `(?:${digit}{1,5}(?:[-－之]${digit}{1,4}){0,2}[A-Za-z]?|[${chineseNumber}]{1,5})`
const startOfOrdinal = `(?<![0-9０-９${chineseNumber}*-])`

/** Each keeps the words around it: 12号楼3单元502室 → *号楼*单元*室, 解放路12号 → 解放路*号. */
const chineseHouses: readonly Mask[] = [
  `${startOfOrdinal}${ordinal}(?= ?(?:号楼|号院|幢|单元))`,
  `${startOfOrdinal}${digit}{1,5}[A-Za-z]?(?= ?(?:栋|排|室(?! ?[0-9一二两三四] ?厅)))`,
  `(?<=单元|[楼栋幢座])[- ]?${digit}{2,5}(?:-${digit}{1,4}){0,2}(?![0-9０-９层年月日个米元-])`,
  `(?<=小区|公寓|[苑园庭府城院]) ?${digit}{1,3}(?:[-－]${digit}{1,4}){1,3}${endOfNumber}`,
  `(?<=[路街巷弄道村社组院里坊园庄苑排区]|胡同) ?${ordinal}(?= ?号(?![泵井线桥杆灯变闸站机楼院]))`,
  `(?<=门牌号?[:： ]{0,2})${ordinal}`,
].map((source) => ({ pattern: new RegExp(source, 'g'), shown: '*' }))

const streets =
  'ave|avenue|st|street|blvd|boulevard|rd|road|dr|drive|ln|lane|ct|court|pl|place|way|ter|terrace|cir|circle|hwy|highway|pkwy|parkway|walk|alley|trl|trail'
const joiners = '(?:on|at|in|of|the|and|near|from|to) '

/** 2111 W BELLEVUE AVE → * W BELLEVUE AVE; a joining word before the street means that the number counts something else. */
const americanHouses: readonly Mask[] = [
  {
    pattern: new RegExp(
      `(?<![\\w*.:/-])\\d{1,6}[a-z]?(?:-\\d{1,5})?(?: 1/2)?(?= {1,2}(?:(?!${joiners})[a-z0-9.'-]{1,30} {1,2}){1,4}(?:${streets})(?![a-z]))`,
      'gi',
    ),
    shown: '*',
  },
  { pattern: /(?<![a-z])((?:apt|apartment|suite|ste|room|rm|unit)\.? ?#? ?)(?=[a-z]?[0-9])[0-9a-z-]{1,8}(?![0-9a-z-])/gi, shown: '$1*' },
]

const anySurname = `(?:${compoundSurnames}|[${plainSurnames}${everydaySurnames}])`
const plainSurname = `(?:${compoundSurnames}|[${plainSurnames}])`
const han = '[\u4e00-\u9fa5]'
const titles = '先生|女士|小姐'
const kindTitles = '同志|师傅|老师|大爷|大妈|大叔|大婶|阿姨|叔叔|奶奶|爷爷'
const speaks = '反映|称|表示|来电|投诉|咨询|要求|说|报告|举报|电话|手机'
const persons = '联系人|来电人|诉求人|反映人|投诉人|举报人|申请人|报警人|户主|业主'

/** how an operator writes down who called; what follows a name is then its number in brackets, or what was said */
const citizens = '市民|村民|居民|网民|网友|群众|我叫'

const announced = `姓名|当事人|负责人|${persons}`
const englishTitles = 'Mr|Mrs|Ms|Miss'
const englishPersons = 'name|caller|contact|resident|reported by|complainant'

const names: readonly Mask[] = [
  { pattern: new RegExp(`(${anySurname})${han}{0,2}(?:${titles})`, 'g'), shown: '$1**' },
  { pattern: new RegExp(`(${plainSurname})(?:${han}{0,2}(?:${kindTitles})|某某?)`, 'g'), shown: '$1**' },
  // after a colon whatever stands there is the name
  {
    pattern: new RegExp(
      `((?:${announced})[:：] ?)(${compoundSurnames}|${han})(?:${han}{1,3}?(?=${speaks}|(?!${han}).|$)|${han}{1,2}|(?!${han}|[*]))`,
      'g',
    ),
    shown: '$1$2**',
  },
  { pattern: new RegExp(`((?:${persons}) ?)(${plainSurname})${han}{1,2}?(?=${speaks}|(?!${han}).|$)`, 'g'), shown: '$1$2**' },
  { pattern: new RegExp(`((?:${citizens}) ?)(${plainSurname})${han}{1,2}?(?=${speaks}|[,，(（*])`, 'g'), shown: '$1$2**' },
  {
    pattern: new RegExp(`(?<![A-Za-z])((?:${englishTitles})\\.?|Dr\\.) {1,2}[A-Z][A-Za-z'-]{0,30}(?: [A-Z][a-z'-]{1,30}){0,2}`, 'g'),
    shown: '$1 **',
  },
]

const namesAfterEnglishPersons: Mask = {
  pattern: new RegExp(`(?<![a-z])((?:${englishPersons})(?: name| person)? ?[:：] ?)[a-z][a-z'.-]{0,30}(?: [a-z][a-z'.-]{0,30}){0,2}`, 'gi'),
  shown: '$1**',
}

/** In this order: a mask may rely on what those before it have hidden. Stars and dots meet no group's need, so masking never creates one. */
const groups: readonly MaskGroup[] = [
  { need: /[@＠]/, masks: [email] },
  { need: new RegExp(digit), masks: [...plates, ...numbers, phoneAfterCue, accountAfterCue] },
  { need: new RegExp(`${digit}|[${chineseNumber}]`), masks: chineseHouses },
  { need: new RegExp(digit), masks: americanHouses },
  { need: new RegExp(`${titles}|${kindTitles}|某|${announced}|${citizens}|${englishTitles}|Dr`), masks: names },
  { need: new RegExp(englishPersons, 'i'), masks: [namesAfterEnglishPersons] },
]

/**
 * Masks phones, ID and card numbers, plates, e-mail, house and room numbers, and names after cues, in Chinese and American text.
 * Masking a masked text changes nothing; the cost grows linearly with the text. Errors: none (total).
 * @param mark for what is hidden whole; it must hold nothing that a mask knows
 */
export function maskText(text: string, mark?: Mark): string {
  let masked = maskOnce(text, mark)
  // what one mask hides may have kept an earlier one from seeing its own, such as a plate written together with a phone number
  for (let pass = 0, before = text; masked !== before && pass < mostPasses; pass += 1) {
    before = masked
    masked = maskOnce(masked, mark)
  }
  return masked
}

/** Each pass that changes anything leaves less to mask; two are nearly always enough. */
const mostPasses = 8

/** The beginning of a text that is too long: it never ends in half a number, which no mask would know for one. */
export function beginning(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\w@.+-]{1,200}$/, '')
}

function maskOnce(text: string, mark: Mark | undefined): string {
  let masked = text
  for (const { need, masks } of groups) {
    if (!need.test(masked)) continue
    for (const { pattern, shown } of masks)
      masked = mark === undefined || !shown.endsWith(stars) ? masked.replace(pattern, shown) : marked(masked, { pattern, shown }, mark)
  }
  return masked
}

function marked(text: string, { pattern, shown }: Mask, mark: Mark): string {
  return text.replace(pattern, (found: string, first: unknown) => {
    // the first group, where a mask has one, is what stays before the mask
    const kept = typeof first === 'string' ? first : ''
    return shown.replace('$1', () => kept).replace(stars, () => mark(found.slice(kept.length)))
  })
}
