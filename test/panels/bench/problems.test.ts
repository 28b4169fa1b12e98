// @vitest-environment jsdom
import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { createI18n } from 'vue-i18n'
import { problemKinds } from '../../../contract/problem.ts'
import { rejectionCodes } from '../../../contract/rejection.ts'
import FailureNote from '../../../client/src/desk/bench/FailureNote.vue'
import { failureOf } from '../../../client/src/desk/bench-api.ts'
import type { Failure } from '../../../client/src/desk/bench-api.ts'
import { en } from '../../../client/src/i18n/en.ts'
import { zh } from '../../../client/src/i18n/zh.ts'
import { problem } from '../../../server/http/problem.ts'

const shown = (failure: Failure, locale: 'zh' | 'en'): { readonly words: string; readonly told: string } => {
  const note = mount(FailureNote, { props: { failure }, global: { plugins: [createI18n({ legacy: false, locale, messages: { zh, en } })] } })
  const told = note.find('.told').exists() ? note.get('.told').text() : ''
  const words = note.get('[role=alert]').text().replace(told, '').trim()
  note.unmount()
  return { words, told }
}
const chinese = /[\u4e00-\u9fff]{6}/

describe.each(problemKinds)('a request that is refused as %s', (kind) => {
  const document = problem(kind, 'title: found "x"; write a title')
  const failure = failureOf(document.status, JSON.stringify(document))

  it('is told in words of the page, in either language, with the server’s own beneath', () => {
    expect(failure.problem).toBe(kind)
    const [first, second] = [shown(failure, 'zh'), shown(failure, 'en')]
    expect(first).toEqual({ words: zh.problems[kind], told: document.detail })
    expect(second).toEqual({ words: en.problems[kind], told: document.detail })
    expect(first.words).toMatch(chinese)
    expect(second.words).not.toMatch(/[\u4e00-\u9fff]/)
  })
})

it.each(rejectionCodes)('a message refused as %s has words in both languages', (code) => {
  expect(zh.bench.codes[code]).toMatch(/[\u4e00-\u9fff]/)
  expect(en.bench.codes[code]).toMatch(/[a-z]/)
})

it('an answer of somebody else’s, such as a proxy’s page, has words too', () => {
  for (const status of [401, 403, 404, 409, 502]) {
    const failure = failureOf(status, '<html>')
    expect([failure.problem, failure.detail]).toEqual([undefined, `HTTP ${String(status)}`])
    expect(shown(failure, 'zh').words).toMatch(chinese)
  }
})
