import type { ObjectDirective } from 'vue'

const open = new WeakMap<HTMLElement, () => void>()

/** `v-opens="() => openDetail(…)"`: a finger, a click or Enter opens what is behind an element that is no button by itself. */
export const vOpens: ObjectDirective<HTMLElement, () => void> = {
  created(element, { value }) {
    open.set(element, value)
    element.tabIndex = 0
    // a row of a table stays one
    if (!(element instanceof HTMLTableRowElement)) element.setAttribute('role', 'button')
    element.style.cursor = 'pointer'
    const press = (): void => {
      open.get(element)?.()
    }
    element.addEventListener('click', press)
    element.addEventListener('keydown', ({ key }) => {
      if (key === 'Enter') press()
    })
  },
  beforeUpdate(element, { value }) {
    open.set(element, value)
  },
}
