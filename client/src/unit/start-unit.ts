import { createApp } from 'vue'
import { i18n } from '../i18n/language.ts'
import UnitPage from './UnitPage.vue'

/** 单位端: a plain page of its own, without the live picture, the map and the configuration, none of which a unit may see. */
export function startUnit(): void {
  createApp(UnitPage).use(i18n).mount('#app')
}
