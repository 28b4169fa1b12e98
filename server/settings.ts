import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What the environment decides: where things lie, and secrets. Everything else is in config/. */
export interface Settings {
  readonly port: number
  readonly host: string | undefined
  readonly dataDirectory: string
  readonly configDirectory: string
  readonly clientDirectory: string
  readonly adminToken: string | undefined
  /** names the client's build where it is not read from the built client: `npm run dev` */
  readonly build: string | undefined
  readonly trustedProxies: readonly string[]
  readonly environment: NodeJS.ProcessEnv
}

const shortestToken = 32

/** @throws naming the variable, what it holds and what it should */
export function settingsOf(environment: NodeJS.ProcessEnv): Settings {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const { PORT, HOST, YIPING_DATA, YIPING_CONFIG, YIPING_BOOTSTRAP_TOKEN, YIPING_TRUSTED_PROXIES, BUILD } = environment
  return {
    port: portOf(PORT),
    host: HOST,
    dataDirectory: resolve(YIPING_DATA ?? `${root}data`),
    configDirectory: resolve(YIPING_CONFIG ?? `${root}config`),
    clientDirectory: resolve(`${root}dist/client`),
    adminToken: tokenOf(YIPING_BOOTSTRAP_TOKEN),
    build: BUILD,
    trustedProxies: (YIPING_TRUSTED_PROXIES ?? '')
      .split(',')
      .map((address) => address.trim())
      .filter((address) => address !== ''),
    environment,
  }
}

function portOf(text = '8080'): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new Error(`PORT is ${JSON.stringify(text)}: give a number from 1 to 65535, or 0 for any free one.`)
}

function tokenOf(token: string | undefined): string | undefined {
  if (token === undefined || token === '') return undefined
  if (token.length >= shortestToken) return token
  throw new Error(
    `YIPING_BOOTSTRAP_TOKEN has ${String(token.length)} characters: give at least ${String(shortestToken)} random ones, such as \`openssl rand -hex 32\`.`,
  )
}
