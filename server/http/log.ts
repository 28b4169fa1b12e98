/** Where this room's lines go: fixed messages, what varies in `fields`. */
export type Log = (level: 'info' | 'warn' | 'error', message: string, fields?: Readonly<Record<string, unknown>>) => void
