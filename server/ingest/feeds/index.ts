import type { Dialect } from '../dialect.ts'
import { cap } from './cap.ts'
import { hj212 } from './hj212.ts'
import { hotline } from './hotline.ts'
import { indicatorPlatform } from './indicator-platform.ts'
import { jt808 } from './jt808.ts'
import { la311 } from './la311.ts'
import { native } from './native.ts'
import { open311 } from './open311.ts'
import { sl651 } from './sl651.ts'

/** Every dialect there is: a new one is a file here and a word in this list. */
export const dialects: readonly Dialect[] = [native, hotline, indicatorPlatform, la311, cap, open311, hj212, sl651, jt808]
