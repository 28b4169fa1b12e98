export const usualPortBase: number
export function configurationAt(from: string, to: string, base: number): Promise<void>
export function demoConfiguration(dataDirectory: string): string
