import { stars } from './mark.ts'
import type { Mark } from './mark.ts'
import { anyProvince, firstPlate, maskGroups } from './masks.ts'
import type { Mask } from './masks.ts'
import { viewOf } from './plain-view.ts'
import type { PlainView } from './plain-view.ts'

/**
 * Personal data in foreign text, masked before anything is recorded. Masks are stars and hide all that identifies; only a surname stays
 * (张**) and a plate's city (甘L·***), so that a text still reads.
 *
 * What it cannot know: a name that no cue announces, and a number written in words. Mappings therefore leave out the fields that hold
 * such data; this is the second net. What it leaves alone on purpose: dates, amounts, short service numbers (12345), counts (12户),
 * floors (5楼), public works with a number (1号泵站, 2号线).
 */

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
  const view = viewOf(text)
  if (view !== undefined) return maskView(text, view, mark)
  let masked = text
  for (const { need, masks } of maskGroups) {
    if (!need.test(masked)) continue
    for (const { pattern, shown } of masks)
      masked = mark === undefined || !shown.endsWith(stars) ? masked.replace(pattern, shown) : marked(masked, { pattern, shown }, mark)
  }
  return masked
}

/** Looks at a text as it reads, and puts masks where that stands in the text as it is written. */
function maskView(text: string, first: PlainView, mark: Mark | undefined): string {
  let masked = text
  let view = first
  for (const { need, masks } of maskGroups) {
    if (!need.test(view.text)) continue
    for (const each of masks) {
      const before = masked
      masked = maskedInView(before, view, (found) => shownOf(each, found, mark), each.pattern)
      if (masked !== before) view = viewOf(masked) ?? { text: masked, at: (index) => index }
    }
  }
  return masked
}

function maskedInView(text: string, view: PlainView, shown: (found: RegExpExecArray) => string, pattern: RegExp): string {
  let masked = ''
  let done = 0
  for (const found of view.text.matchAll(pattern)) {
    masked += text.slice(done, view.at(found.index)) + shown(found)
    done = view.at(found.index + found[0].length)
  }
  return masked + text.slice(done)
}

function shownOf({ shown }: Mask, found: RegExpExecArray, mark: Mark | undefined): string {
  const kept = found[1] ?? ''
  const filled = shown.replace(/\$([12])/g, (_, group: string) => found[Number(group)] ?? '')
  return mark === undefined || !shown.endsWith(stars) ? filled : filled.slice(0, -stars.length) + mark(found[0].slice(kept.length))
}

function marked(text: string, { pattern, shown }: Mask, mark: Mark): string {
  return text.replace(pattern, (found: string, first: unknown) => {
    // the first group, where a mask has one, is what stays before the mask
    const kept = typeof first === 'string' ? first : ''
    return shown.replace('$1', () => kept).replace(stars, () => mark(found.slice(kept.length)))
  })
}

/** The first plate of a vehicle in a short text, as it is written there. */
export function plateIn(text: string): string | undefined {
  if (!anyProvince.test(text)) return undefined
  const view = viewOf(text) ?? { text, at: (index: number) => index }
  const found = firstPlate.exec(view.text)
  return found === null ? undefined : text.slice(view.at(found.index), view.at(found.index + found[0].length))
}
