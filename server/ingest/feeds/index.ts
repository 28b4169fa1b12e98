import type { Dialect } from '../dialect.ts'
import { hotline } from './hotline.ts'
import { indicatorPlatform } from './indicator-platform.ts'
import { la311 } from './la311.ts'
import { native } from './native.ts'

/** Every dialect there is: a new one is a file here and a word in this list. */
export const dialects: readonly Dialect[] = [hotline, indicatorPlatform, la311, native]
