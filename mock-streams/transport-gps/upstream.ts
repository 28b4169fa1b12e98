import iconv from 'iconv-lite'
import { Agenda } from '../agenda.ts'
import { dice } from '../chance.ts'
import type { Line } from '../devices/line.ts'
import { runDevice } from '../devices/line.ts'
import type { Surroundings, Upstream } from '../upstream.ts'
import { answerBody, cutAnswer, frameOf, loginBody, positionBody, registrationBody } from './frame.ts'
import { fixAt, reportEveryMs, vehicles } from './vehicles.ts'
import type { Vehicle } from './vehicles.ts'

/** GPS监测: terminals in buses and patrol cars, each with a connection of its own, over JT/T 808. */
export const transportGps: Upstream = {
  feed: 'transport-gps',
  async run(surroundings) {
    await Promise.all(vehicles.map((vehicle) => runVehicle(vehicle, surroundings)))
  },
}

async function runVehicle(vehicle: Vehicle, surroundings: Surroundings): Promise<void> {
  const { city, ports } = surroundings
  const phaseMs = Math.floor(dice(city.seed, 'phase', vehicle.phone)() * 20) * 1_000
  const agenda = new Agenda({ everyMs: (at) => reportEveryMs(vehicle, city, at), phaseMs }, surroundings)
  const terminal = new TerminalSession(vehicle)
  const talk = async (line: Line): Promise<void> => {
    await terminal.logIn(line)
    agenda.skipPast()
    for (let at = await agenda.due(); at !== undefined; at = await agenda.due()) {
      await terminal.report(line, positionBody(fixAt(vehicle, city, at)))
      agenda.done()
    }
  }
  await runDevice({ name: vehicle.phone, port: ports.transportGps, cut: cutAnswer, talk }, surroundings)
}

const ids = { register: 0x0100, registered: 0x8100, logIn: 0x0102, position: 0x0200 } as const

/** What a terminal says, each message numbered, and answered before the next. */
class TerminalSession {
  readonly #vehicle: Vehicle
  #serial = 0

  constructor(vehicle: Vehicle) {
    this.#vehicle = vehicle
  }

  /** Registers, and gives back the code that it is told. @throws when the centre refuses it */
  async logIn(line: Line): Promise<void> {
    const { edition, plate, phone } = this.#vehicle
    const registration = { maker: 'YTDZ', model: 'YT-808K', terminalId: phone.slice(-7), plate: iconv.encode(plate, 'gbk') }
    const { id, body } = await this.#ask(line, ids.register, registrationBody(edition, registration))
    if (id !== ids.registered || body[2] !== 0) throw new Error('not registered')
    await this.report(line, loginBody(edition, body.subarray(3)), ids.logIn)
  }

  /** @throws when the centre could not take it: the terminal dials again and says the same */
  async report(line: Line, body: Buffer, id: number = ids.position): Promise<void> {
    const answer = await this.#ask(line, id, body)
    if (answer.body[4] !== 0) throw new Error('not taken')
  }

  async #ask(line: Line, id: number, body: Buffer): Promise<ReturnType<typeof answerBody>> {
    const { edition } = this.#vehicle
    this.#serial += 1
    return answerBody(await line.ask(frameOf(this.#vehicle, { id, serial: this.#serial, body })), edition)
  }
}
