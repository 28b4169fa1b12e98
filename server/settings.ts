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
  /** whose names the links printed at the start are made with: YIPING_DESK_NAME and YIPING_ADMIN_NAME */
  readonly names: { readonly desk: string | undefined; readonly admin: string | undefined }
  readonly environment: NodeJS.ProcessEnv
}

const shortestToken = 32

/** @throws naming the variable, what it holds and what it should */
export function settingsOf(environment: NodeJS.ProcessEnv): Settings {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const { PORT, HOST, YIPING_DATA, YIPING_CONFIG, YIPING_BOOTSTRAP_TOKEN, YIPING_TRUSTED_PROXIES, BUILD } = environment
  const { YIPING_DESK_NAME, YIPING_ADMIN_NAME } = environment
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
    names: { desk: nameOf('YIPING_DESK_NAME', YIPING_DESK_NAME), admin: nameOf('YIPING_ADMIN_NAME', YIPING_ADMIN_NAME) },
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

const longestName = 40

function nameOf(variable: string, text = ''): string | undefined {
  const name = text.trim()
  if (name.length <= longestName) return name === '' ? undefined : name
  throw new Error(`${variable} has ${String(name.length)} characters: give the name of a person, at most ${String(longestName)}.`)
}
