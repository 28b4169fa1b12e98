import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { configurationAt, demoConfiguration, usualPortBase } from './demo-ports.mjs'
import { root } from './prepare.mjs'

/** The server and the simulated upstreams as two processes of one terminal; whichever way it ends, no child is left behind. */

const readyWithinMs = 60_000
const dataDirectory = resolve(process.env.YIPING_DATA ?? join(root, 'data'))
const port = process.env.PORT ?? '8080'
// HOST may be one address of several: then that is the only one that answers
const host = ['0.0.0.0', '::', ''].includes(process.env.HOST ?? '')
  ? 'localhost'
  : process.env.HOST.includes(':')
    ? `[${process.env.HOST}]`
    : process.env.HOST

/** Starts both and resolves when they run; they end with this process. With `watch`, Vite serves the client, and the server and the upstreams restart on change. */
export async function runDemo({ watch = false } = {}) {
  const children = new Set()
  endTogether(children)
  const platform = { ...secrets(), ...adminToken(), ...people, ...(await demoPorts()) }
  // in development server and client agree on a name for the build, or each change of either would reload the page
  const build = watch ? { BUILD: 'development' } : {}
  start(children, 'server/main.ts', { ...platform, ...build }, watch)
  const vite = [join(root, 'node_modules/vite/bin/vite.js'), '--config', 'client/vite.config.ts']
  if (watch) adopt(children, 'vite', vite, { ...build, YIPING_URL: `http://127.0.0.1:${port}` })
  await untilReady(`http://${host}:${port}/readyz`)
  // the simulated upstreams are no administrators
  const linkOf = signInLinks(platform.YIPING_BOOTSTRAP_TOKEN ?? process.env.YIPING_BOOTSTRAP_TOKEN)
  const upstreams = {
    ...platform,
    YIPING_BOOTSTRAP_TOKEN: '',
    MOCK_OFFICE_LINKS: (await officeLinks(linkOf)).join(' '),
    MOCK_DUTY_LINKS: (await dutyLinks(linkOf)).join(' '),
    ...feedTokens(),
    YIPING_DATA: dataDirectory,
    YIPING_URL: `http://${host}:${port}`,
  }
  start(children, 'mock-streams/main.ts', upstreams, watch)
}

/** What is decided is signed, and what one enters another approves: the printed links are two people's. */
const people = {
  YIPING_DESK_NAME: process.env.YIPING_DESK_NAME ?? '值班员甲',
  YIPING_ADMIN_NAME: process.env.YIPING_ADMIN_NAME ?? '管理员乙',
}

/** Whatever people of the simulated city sign can be told from what people enter: their names say so. */
const signInLinks = (token) => async (person) => {
  const answer = await fetch(`http://${host}:${port}/api/sign-in-links`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(person),
  })
  if (!answer.ok) throw new Error(`the server makes no sign-in link for ${person.name}: ${await answer.text()}`)
  return (await answer.json()).url
}

/** Two who enter what none of the city's platforms counts. */
const officeLinks = async (linkOf) => [await linkOf({ role: 'desk', name: '演示填报员' }), await linkOf({ role: 'desk', name: '演示审核员' })]

/** Those who take care of incidents: the officer on duty, who presents the meeting, and clerks of the units that answer. */
async function dutyLinks(linkOf) {
  const units = { housing: '演示住建', 'public-security': '演示公安', environment: '演示环境', emergency: '演示应急' }
  const links = [await linkOf({ role: 'desk', name: '演示值班员' }), await linkOf({ role: 'desk', name: '演示主持人' })]
  for (const [unit, name] of Object.entries(units)) links.push(`${unit}=${await linkOf({ role: 'unit', name, unit })}`)
  return links
}

/** What the server and the simulated platforms share, new at every start. Their names stand in config/video, config/feeds and config/links. */
function secrets() {
  const shared = ['SMART_CITY', 'TRAFFIC_POLICE', 'MEDICAL', 'PARKING', 'EMERGENCY_DISPATCH', 'TRAFFIC_POLICE_LINK'].map((name) => [
    `YIPING_SECRET_DEMO_${name}`,
    randomBytes(24).toString('hex'),
  ])
  return {
    YIPING_DEMO_ISECURE_KEY: randomBytes(8).toString('hex'),
    YIPING_DEMO_ISECURE_SECRET: randomBytes(24).toString('hex'),
    ...Object.fromEntries(shared),
  }
}

/** The administrator's token of the demonstration, where `npm run feed` on this machine finds it; the same at every start. */
function adminToken() {
  if (process.env.YIPING_BOOTSTRAP_TOKEN) return {}
  const file = join(dataDirectory, 'secrets/admin.token')
  if (!existsSync(file)) {
    mkdirSync(join(dataDirectory, 'secrets'), { recursive: true, mode: 0o700 })
    writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 })
  }
  return { YIPING_BOOTSTRAP_TOKEN: readFileSync(file, 'utf8').trim() }
}

/** A second demonstration on one machine: the configuration with other ports, as a copy beside its data. */
async function demoPorts() {
  const base = Number(process.env.MOCK_PORT_BASE ?? usualPortBase)
  if (base === usualPortBase) return {}
  const copy = demoConfiguration(dataDirectory)
  const asked = resolve(process.env.YIPING_CONFIG ?? join(root, 'config'))
  await configurationAt(asked === copy ? join(root, 'config') : asked, copy, base)
  console.log(`MOCK_PORT_BASE is ${base}: the configuration is a copy in ${copy}; what you change, add or take away there stays`)
  return { YIPING_CONFIG: copy }
}

function start(children, entry, environment, watch = false) {
  const runner = watch ? [join(root, 'node_modules/tsx/dist/cli.mjs'), 'watch', '--clear-screen=false'] : ['--import', 'tsx']
  adopt(children, entry, [...runner, join(root, entry)], environment)
}

function adopt(children, entry, args, environment) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    // the ipc channel breaks when this process dies, however it dies: each child ends itself then
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  children.add(child)
  child.on('exit', (code) => {
    children.delete(child)
    if (!ending) {
      console.error(`${entry} ended with code ${code}: stopping the rest`)
      end(children, code === 0 ? 1 : (code ?? 1))
    }
  })
}

let ending = false

function endTogether(children) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(children, 0))
}

function end(children, code) {
  if (ending) return
  ending = true
  const left = [...children]
  for (const child of left) child.kill('SIGTERM')
  const hard = setTimeout(() => left.forEach((child) => child.kill('SIGKILL')), 8_000)
  void Promise.all(
    left.map((child) => (child.exitCode === null && child.signalCode === null ? new Promise((done) => child.once('exit', done)) : undefined)),
  ).then(() => {
    clearTimeout(hard)
    process.exit(code)
  })
}

async function untilReady(url) {
  const started = Date.now()
  let told = started
  while (!ending) {
    const ready = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    )
    if (ready) return
    if (Date.now() - started > readyWithinMs) throw new Error(`the server was not ready after ${readyWithinMs / 1000} s: see its messages above`)
    if (Date.now() - told > 2_000) {
      console.log('Waiting for the server …')
      told = Date.now()
    }
    await new Promise((done) => setTimeout(done, 100))
  }
}

/** The tokens that the server made for its feeds, as the environment of an upstream. */
function feedTokens() {
  const directory = join(dataDirectory, 'secrets/feeds')
  return Object.fromEntries(
    readdirSync(directory)
      .filter((file) => file.endsWith('.token'))
      .map((file) => [
        `YIPING_FEED_TOKEN_${basename(file, '.token').toUpperCase().replaceAll('-', '_')}`,
        readFileSync(join(directory, file), 'utf8').trim(),
      ]),
  )
}
