import { formatNumber } from '../ui/format.ts'

const megabyte = 1_000_000

/** 0.1 at least: no file is nothing. Pure. */
export const megabytes = (bytes: number): string => formatNumber(Math.max(0.1, bytes / megabyte), 1)
