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

interface Mask {
  readonly pattern: RegExp
  readonly shown: string
}

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
 */
export function maskText(text: string): string {
  let masked = maskOnce(text)
  // what one mask hides may have kept an earlier one from seeing its own, such as a plate written together with a phone number
  for (let pass = 0, before = text; masked !== before && pass < mostPasses; pass += 1) {
    before = masked
    masked = maskOnce(masked)
  }
  return masked
}

/** Each pass that changes anything leaves less to mask; two are nearly always enough. */
const mostPasses = 8

function maskOnce(text: string): string {
  let masked = text
  for (const { need, masks } of groups) {
    if (need.test(masked)) for (const { pattern, shown } of masks) masked = masked.replace(pattern, shown)
  }
  return masked
}

/** Keys of JSON, XML, forms and CSV headers whose values are a person's, after `_`, `-`, blanks and case are taken away. */
const personalKey =
  /(?:phone|mobile|tel|telephone|linkman|caller|callername|contact|contacts|contactname|contactperson|idcard|idno|idnumber|certno|plate|plateno|email|mail|address|addr|housenumber|houseno|roomno|doorno|carno|wechat|weixin|qq|(?:applicant|citizen|reporter|complainant|petitioner)(?:name)?|(?:customer|owner|resident)name|lxdh|lxr|sjh|sfzh|dz|xm|姓名|联系人|来电人|诉求人|反映人|申请人|投诉人|举报人|报警人|当事人|户主|业主|微信|微信号|电话|手机|手机号|号码|身份证|身份证号|证件号|车牌|车牌号|邮箱|地址|住址)$|^(?:name|realname|fullname|username|personname)$/

const isPersonal = (key: string): boolean => personalKey.test(key.toLowerCase().replace(/[\s_-]/g, ''))

const escapedCharacter = /\\u([0-9a-fA-F]{4})/g
const jsonPair = /"([^"\\]{1,64})"(\s*:\s*)(?:"(?:[^"\\]|\\[^])*(?:"|\\?$)|[^\s,\]}"[{]+)/g
/** a list of values, or an object of them */
const jsonGroup = /"([^"\\]{1,64})"(\s*:\s*)(?:\[[^[\]{}]*(?:\]|$)|\{[^[\]{}]*(?:\}|$))/g
/** what takes itself for JSON */
const quotedPair = /'([^'\\]{1,64})'(\s*:\s*)'(?:[^'\\]|\\[^])*(?:'|\\?$)/g
const element = /<([^\s<>/]{1,64})( [^<>]{0,200})?>[^<]+(?=<|$)/g
const assignment = /(?<![^\s&?,;])([^\s&?=,;"<>]{1,64})=[^&\s,;"<>]+/g
const csvField = /(?:^|[,;\t])(?:"(?:[^"]|"")*(?:"|$)|[^,;\t\r\n"][^,;\t\r\n]*)?/gm

/** Escapes of digits and of all beyond ASCII are undone, for the patterns to see them; those that JSON needs stay. */
function unescape(escape: string, hex: string): string {
  const character = String.fromCharCode(Number.parseInt(hex, 16))
  return character > '\u009f' || /[0-9]/.test(character) ? character : escape
}

const isPlainText = (raw: string): boolean => !/^\s*[{["<]/.test(raw)

/** Which columns of a CSV text are a person's, told by its first line; none when that line is no header. */
function personalColumns(raw: string): ReadonlySet<number> {
  const header = raw.slice(0, raw.search(/\r?\n|$/)).split(/[,;\t]/)
  return new Set(header.flatMap((key, index) => (isPersonal(key.replaceAll('"', '')) ? [index] : [])))
}

function maskColumns(raw: string, columns: ReadonlySet<number>): string {
  const endOfHeader = raw.search(/\n|$/)
  let column = 0
  return (
    raw.slice(0, endOfHeader) +
    raw.slice(endOfHeader).replace(csvField, (field) => {
      const separator = /^[,;\t]/.exec(field)?.[0] ?? ''
      column = separator === '' ? 0 : column + 1
      return columns.has(column) && field.length > separator.length ? `${separator}***` : field
    })
  )
}

/**
 * Masks a refused message for keeping: the values of keys, elements and columns that name a person, then everything `maskText` knows.
 * Works on what is cut off or broken as well; the syntax around the values stays. Errors: none (total).
 */
export function maskRaw(raw: string): string {
  let masked = raw.replace(escapedCharacter, unescape)
  if (isPlainText(masked)) {
    const columns = personalColumns(masked)
    if (columns.size > 0) masked = maskColumns(masked, columns)
  }
  const hidden = (pair: string, key: string, colon: string): string => (isPersonal(key) ? `"${key}"${colon}"***"` : pair)
  masked = masked.replace(jsonPair, hidden).replace(jsonGroup, hidden)
  masked = masked.replace(quotedPair, (pair: string, key: string, colon: string) => (isPersonal(key) ? `'${key}'${colon}'***'` : pair))
  masked = masked.replace(element, (whole: string, key: string, attributes = '') => (isPersonal(key) ? `<${key}${String(attributes)}>***` : whole))
  masked = masked.replace(assignment, (pair: string, key: string) => (isPersonal(key) ? `${key}=***` : pair))
  return maskText(masked)
}
