import { compoundSurnames, everydaySurnames, plainSurnames } from './surnames.ts'

/** What masks look for, and what they show of it. Every pattern is linear: repetitions are bounded, or cannot start again inside what they have run over. */

/** A pattern, and what is shown of what it finds. */
export interface Mask {
  readonly pattern: RegExp
  readonly shown: string
}

/** Masks that cannot find anything in a text in which `need` finds nothing: most texts hold no personal data, and are only looked through. */
export interface MaskGroup {
  readonly need: RegExp
  readonly masks: readonly Mask[]
}

const digit = '[0-9０-９]'
/** what people write between the digits of a number, one at a time; some of it cannot be seen */
const gap = '[-－—–· \u3000\u200b-\u200d\u2060\ufeff]?'
const startOfNumber = `(?<!${digit})`
const endOfNumber = `(?!${digit})`

const email: Mask = { pattern: /(?<![\w.+%-])[\w.+%-]+[@＠][\w-]+(?:\.[\w-]+)*/g, shown: '***' }

/** Of which every plate begins with one. */
const province = '[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]'
const plate = `(${province} ?[A-HJ-NP-Za-hj-np-z])[·•.\\- ]?(?=[A-Za-z]{0,5}[0-9])[0-9A-Za-z]{4,5}[0-9A-Za-z挂学警港澳领使](?![0-9A-Za-z])`
export const anyProvince = new RegExp(province)
/** The first plate in a text, its letters and digits those of ASCII. */
export const firstPlate = new RegExp(plate)

const plates: readonly Mask[] = [
  {
    pattern: new RegExp(plate, 'g'),
    shown: '$1·***',
  },
  { pattern: /((?:车牌号?|牌照|plate)(?: ?(?:no|number))?[.:：# ]{1,3})(?=[a-z-]{0,7}[0-9])[0-9a-z-]{4,8}(?![0-9a-z-])/gi, shown: '$1***' },
]

/** between the groups of a number, and around them a blank */
const between = '(?: {0,2}[-－—–·./_] {0,2}|[,，]|\\s{1,3})'
const anywhere = '[-－—–·.,/_\\s]{0,2}'
const lastOfId = '[0-9０-９xXｘＸ]'
const birthday = `(?:1[89]|20)[0-9]{2}${anywhere}(?:0[1-9]|1[0-2])${anywhere}(?:0[1-9]|[12][0-9]|3[01])`

const wholly = (source: string): Mask => ({ pattern: new RegExp(source, 'g'), shown: '***' })

const numbers: readonly Mask[] = [
  // 身份证, bank cards, any other long run of digits: nothing of that length belongs on a wall
  `${startOfNumber}${digit}{15,}[xXｘＸ]?`,
  `${startOfNumber}${digit}(?:[- ]${digit}){14,}(?:[- ][xX])?${endOfNumber}`,
  // mobile
  `${startOfNumber}(?:(?:[+＋]|00)?86[- ]?)?[1１]${gap}[3-9３-９](?:${gap}${digit}){9}${endOfNumber}`,
  // landline with its area code, perhaps an extension
  `${startOfNumber}[(（]?[0０]${digit}{2,3}[)）]?[-－— ]?${digit}{3,4}[- ]?${digit}{4}(?:[-－—转]${digit}{1,6})?${endOfNumber}`,
].map(wholly)

/** The same in groups, of which one has three digits. */
const numbersInGroups: readonly Mask[] = [
  `${startOfNumber}${digit}{6}[- ]${digit}{8}[- ]${digit}{3}${lastOfId}${endOfNumber}`,
  `${startOfNumber}[1-9][0-9]{5}${anywhere}${birthday}${anywhere}[0-9]{3}${lastOfId}${endOfNumber}`,
  `${startOfNumber}${digit}{4}(?:[- ._·]${digit}{4}){3}(?:[- ._·]?${digit}{1,3})?${endOfNumber}`,
  `${startOfNumber}62[0-9]{4,5}[- ._·][0-9]{6,7}[- ._·][0-9]{5,6}${endOfNumber}`,
  `${startOfNumber}1[3-9][0-9]${between}[0-9]{4}${between}[0-9]{4}${endOfNumber}`,
  `${startOfNumber}[(（]1[3-9][0-9][)）]${between}?[0-9]{4}${between}?[0-9]{4}${endOfNumber}`,
  // east of 136 degrees there is nothing of ours: what is written so is no coordinate
  `${startOfNumber}1(?:3[6-9]|[4-9][0-9])[.][0-9]{8}${endOfNumber}`,
  // North American
  `${startOfNumber}(?:[+]?1[-. ])?[(]?[2-9]${digit}{2}(?:[)] ?|[-. ])[2-9]${digit}{2}[-. ]?${digit}{4}${endOfNumber}`,
].map(wholly)

const phoneAfterCue: Mask = {
  pattern: new RegExp(
    `((?:电话|手机|号码|联系方式|座机|固话|宅电|微信|qq|tel|phone|cell|call)(?:号码?)?[.:：是为 ]{0,3})(?:${digit}{7,14}|${digit}{3,4}[- ]${digit}{4,5})${endOfNumber}`,
    'gi',
  ),
  shown: '$1***',
}

/** 微信号, 护照号, 港澳通行证: letters and digits, known only by their cue */
const accountsAfterCue: readonly Mask[] = [
  { pattern: /((?:微信|qq|护照)(?:号码?)?[:：是为 ]{0,3})(?=[a-z_-]{1,20}[0-9])[a-z][a-z0-9_-]{5,19}(?![a-z0-9_-])/gi, shown: '$1***' },
  { pattern: /((?:qq)(?:群|号码?)?[:：是为 ]{0,3})[1-9][0-9]{4,10}(?![0-9])/gi, shown: '$1***' },
  { pattern: /((?:通行证|回乡证|台胞证|护照|证件)(?:号码?)?[:：是为 ]{0,3})[a-z]{0,2}[0-9]{7,10}(?![a-z0-9])/gi, shown: '$1***' },
  { pattern: /([军士文兵]字第)[0-9]{6,8}(?![0-9])/g, shown: '$1***' },
]

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
/** Surnames believed at the beginning of a sentence, where most others begin an ordinary word: 周边, 景区, 党员. */
const callers = `(?:${compoundSurnames}|[王李张刘陈杨赵吴徐孙胡朱郭罗郑谢韩冯邓曹彭肖董袁潘蒋蔡魏吕沈姚卢姜崔谭廖贾邹孟邱薛闫侯陶黎郝龚邵])`
/** neither a village (王家村) nor a word (孙女, 陈述) */
const noCaller = '(?!家|[女子述列设旧年营府]|[\\u4e00-\\u9fa5]?[村庄镇乡街路巷沟湾坪山河桥店楼屯寨堡营集县市区厂院府局委办站所队家人])'

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
  { pattern: new RegExp(`(姓名 ?)(${plainSurname})${han}{1,2}?(?=${speaks}|(?!${han}).|$)`, 'g'), shown: '$1$2**' },
  { pattern: new RegExp(`((?:${citizens}) ?)(${plainSurname})${han}{1,2}?(?= ?(?:${speaks})|[,，(（*])`, 'g'), shown: '$1$2**' },
  {
    pattern: new RegExp(`(?<![A-Za-z])((?:${englishTitles})\\.?|Dr\\.) {1,2}[A-Z][A-Za-z'-]{0,30}(?: [A-Z][a-z'-]{1,30}){0,2}`, 'g'),
    shown: '$1 **',
  },
]

const namesOfCallers: readonly Mask[] = [
  { pattern: new RegExp(`(我是 ?)(${callers})${noCaller}${han}{1,2}?(?=[,，(（*])`, 'g'), shown: '$1$2**' },
  { pattern: new RegExp(`(?<!${han}|[A-Za-z0-9])(${callers})${noCaller}${han}{1,2}(?= ?(?:反映|来电|致电|投诉|称)|[(（][*])`, 'g'), shown: '$1**' },
]

const namesAfterEnglishPersons: Mask = {
  pattern: new RegExp(`(?<![a-z])((?:${englishPersons})(?: name| person)? ?[:：] ?)[a-z][a-z'.-]{0,30}(?: [a-z][a-z'.-]{0,30}){0,2}`, 'gi'),
  shown: '$1**',
}

/** In this order: a mask may rely on what those before it have hidden. Stars and dots meet no need of a group before them. */
export const maskGroups: readonly MaskGroup[] = [
  { need: /[@＠]/, masks: [email] },
  { need: new RegExp(`${digit}{3}`), masks: numbersInGroups },
  { need: new RegExp(digit), masks: [...plates, ...numbers] },
  { need: new RegExp(`${digit}{3}`), masks: [phoneAfterCue, ...accountsAfterCue] },
  { need: new RegExp(`${digit}|[${chineseNumber}]`), masks: chineseHouses },
  { need: new RegExp(digit), masks: americanHouses },
  { need: new RegExp(`${titles}|${kindTitles}|某|${announced}|${citizens}|${englishTitles}|Dr`), masks: names },
  { need: /反映|来电|致电|投诉|称|我是|[(（][*]/, masks: namesOfCallers },
  { need: new RegExp(englishPersons, 'i'), masks: [namesAfterEnglishPersons] },
]
