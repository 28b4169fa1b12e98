import { computed, inject, onScopeDispose, provide, ref, shallowRef, watchEffect } from 'vue'
import type { InjectionKey, Ref } from 'vue'
import type { WallProfile } from '../../../contract/configuration.ts'
import { chooseProfile, cssVariables, measureWall } from './wall-profile.ts'
import type { Wall, WindowSize } from './wall-profile.ts'

const key: InjectionKey<Readonly<Ref<Wall>>> = Symbol('wall')
const storageKey = 'yiping.wall'

/** The wall this window stands on; changes only with the window. */
export function useWall(): Readonly<Ref<Wall>> {
  const wall = inject(key)
  if (wall === undefined) throw new Error('useWall() needs App.vue above it')
  return wall
}

/** id of the profile that the address named once, or a desk; undefined leaves it to the window */
const named = ref<string>()

/** The profile a desk gave this wall; remembered as one that the address named. */
export function takeProfile(profile: string): void {
  localStorage.setItem(storageKey, profile)
  named.value = profile
}

/** Measures the window, sets the custom properties that type and space follow, and hands the wall to everything below. */
export function provideWall(walls: readonly WallProfile[]): Readonly<Ref<Wall>> {
  named.value = profileName()
  const size = useWindowSize()
  const wall = computed(() => measureWall(chooseProfile(walls, size.value, named.value), size.value))
  watchEffect(() => {
    const { style } = document.documentElement
    for (const [property, value] of Object.entries(cssVariables(wall.value))) style.setProperty(property, value)
  })
  provide(key, wall)
  return wall
}

/** A profile named in the address is remembered, so that a page that reloads itself comes back the same; `?wall=` forgets it. */
function profileName(): string | undefined {
  const asked = new URLSearchParams(location.search).get('wall')
  if (asked === '') localStorage.removeItem(storageKey)
  else if (asked !== null) localStorage.setItem(storageKey, asked)
  return localStorage.getItem(storageKey) ?? undefined
}

function useWindowSize(): Readonly<Ref<WindowSize>> {
  const read = (): WindowSize => ({ width: window.innerWidth, height: window.innerHeight })
  const size = shallowRef(read())
  const update = (): void => {
    size.value = read()
  }
  window.addEventListener('resize', update)
  onScopeDispose(() => {
    window.removeEventListener('resize', update)
  })
  return size
}
