import { createI18n } from 'vue-i18n'
import { en } from './en.ts'
import { zh } from './zh.ts'

export type Language = 'zh' | 'en'

const storageKey = 'yiping.language'

/** The application's translations, in the language this browser used last; Chinese at first. */
export const i18n = createI18n({ legacy: false, locale: rememberedLanguage(), fallbackLocale: 'zh', messages: { zh, en } })

/** Switches the whole page, and remembers it in this browser. */
export function setLanguage(language: Language): void {
  i18n.global.locale.value = language
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  localStorage.setItem(storageKey, language)
}

export function toggleLanguage(): void {
  setLanguage(i18n.global.locale.value === 'zh' ? 'en' : 'zh')
}

function rememberedLanguage(): Language {
  return localStorage.getItem(storageKey) === 'en' ? 'en' : 'zh'
}
