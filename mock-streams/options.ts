import { parseArgs } from 'node:util'
import { dayNumberOf } from './calendar.ts'
import type { City, ScenarioName } from './city/scenario.ts'
import { scenarioNames } from './city/scenario.ts'
import type { DutyLinks } from './duty/duty.ts'
import type { Ports } from './ports.ts'
import { portsFrom, usualPortBase } from './ports.ts'

export interface MockOptions {
  readonly server: string
  readonly city: City
  readonly ports: Ports
  /** the server's data folder */
  readonly dataDirectory: string
  /** absent without credentials: a platform that anybody could open would be no stand-in */
  readonly video: { readonly key: string; readonly secret: string; readonly urlLifeMs: number } | undefined
  /** sign-in links of two people at the desk; without them nobody fills in what no system counts */
  readonly office: readonly [clerk: string, approver: string] | undefined
  /** sign-in links of those who take care of incidents; without them nobody does */
  readonly duty: DutyLinks | undefined
  /** what an upstream shares with the server, by the secret's name */
  readonly secretOf: (name: string) => string | undefined
}

export const usage = `npm run mocks -- [options]     simulated upstream platforms of 崆峒区: hotline, indicators, video, nine sectors

  --server <url>        where the operations centre listens         (YIPING_URL, http://localhost:8080)
  --seed <n>            another city for another number             (MOCK_SEED, 620802)
  --scenario <name>     normal, storm, holiday or outage, today     (MOCK_SCENARIO, normal)
  --speed <n>           n times as much happens at once             (MOCK_SPEED, 1)
  --port-base <n>       platforms and devices use the ten ports
                        behind it, as config/feeds names them       (MOCK_PORT_BASE, 8090)
  --video-url-life <s>  seconds that a video address is good for    (MOCK_VIDEO_URL_LIFE, 300)
  --help

Tokens: YIPING_FEED_TOKEN_HOTLINE, YIPING_FEED_TOKEN_INDICATORS, else the files the server writes in <YIPING_DATA or data>/secrets/feeds.
The video platform's key and secret, the same as the server's: YIPING_DEMO_ISECURE_KEY, YIPING_DEMO_ISECURE_SECRET; without them it is not started.
Nor are others without the secret they share with the server: YIPING_SECRET_DEMO_SMART_CITY, _TRAFFIC_POLICE, _MEDICAL, _PARKING,
_EMERGENCY_DISPATCH, _TRAFFIC_POLICE_LINK.
Sign-in links of two people with names, one who fills in and one who approves, separated by a blank: MOCK_OFFICE_LINKS; without them nobody does. Of
those on duty, likewise: MOCK_DUTY_LINKS, the duty officer's, the presenter's, and unit=link for each unit that answers, such as housing=http://….
Their sessions are kept in <YIPING_DATA or data>/secrets for a restart with the same links.
Files are dropped into <YIPING_DATA or data>/drops.`

/**
 * Reads the command line, then the environment.
 * @returns undefined when help was asked for
 * Errors: throws an Error that names the option and what it takes.
 */
export function readOptions(argv: readonly string[], environment: NodeJS.ProcessEnv, now: number): MockOptions | undefined {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...argv],
    options: {
      server: text,
      seed: text,
      scenario: text,
      speed: text,
      'port-base': text,
      'video-url-life': text,
      help: { type: 'boolean' },
    },
  })
  if (values.help === true) return undefined
  const scenario = values.scenario ?? environment['MOCK_SCENARIO'] ?? 'normal'
  if (!isScenario(scenario)) throw new Error(`--scenario ${scenario}: there are ${scenarioNames.join(', ')}`)
  const number = (name: string, given: string | undefined, usual: number): number => positive(name, given, usual)
  return {
    server: values.server ?? environment['YIPING_URL'] ?? 'http://localhost:8080',
    city: {
      seed: number('--seed', values.seed ?? environment['MOCK_SEED'], 620_802),
      scenario,
      scenarioDay: dayNumberOf(now),
      speed: number('--speed', values.speed ?? environment['MOCK_SPEED'], 1),
    },
    ports: portsFrom(number('--port-base', values['port-base'] ?? environment['MOCK_PORT_BASE'], usualPortBase)),
    dataDirectory: environment['YIPING_DATA'] ?? 'data',
    video: videoOptions(environment, number('--video-url-life', values['video-url-life'] ?? environment['MOCK_VIDEO_URL_LIFE'], 300) * 1_000),
    office: officeLinks(environment['MOCK_OFFICE_LINKS']),
    duty: dutyLinks(environment['MOCK_DUTY_LINKS']),
    secretOf: (name) => environment[secretVariable(name)],
  }
}

/** The variable that holds a secret of this name, here and at the server. */
export const secretVariable = (name: string): string => `YIPING_SECRET_${name.toUpperCase().replaceAll('-', '_')}`

function videoOptions(environment: NodeJS.ProcessEnv, urlLifeMs: number): MockOptions['video'] {
  const key = environment['YIPING_DEMO_ISECURE_KEY']
  const secret = environment['YIPING_DEMO_ISECURE_SECRET']
  return key === undefined || secret === undefined ? undefined : { urlLifeMs, key, secret }
}

function officeLinks(given = ''): MockOptions['office'] {
  const [clerk, approver] = given.split(' ').filter((link) => link !== '')
  return clerk === undefined || approver === undefined ? undefined : [clerk, approver]
}

function dutyLinks(given = ''): DutyLinks | undefined {
  const [officer, presenter, ...rest] = given.split(' ').filter((link) => link !== '')
  if (officer === undefined || presenter === undefined) return undefined
  const units = rest.map((named) => ({ unit: named.slice(0, named.indexOf('=')), link: named.slice(named.indexOf('=') + 1) }))
  return { officer, presenter, units }
}

const isScenario = (name: string): name is ScenarioName => scenarioNames.some((known) => known === name)

function positive(name: string, given: string | undefined, usual: number): number {
  const value = given === undefined ? usual : Number(given)
  if (Number.isFinite(value) && value > 0) return value
  throw new Error(`${name} ${String(given)}: give a number above 0`)
}
