import { z } from 'zod'
import type { Move } from '../../contract/video.ts'
import { iccData } from './icc-session.ts'
import type { IccSession } from './icc-session.ts'
import { createTurns } from './in-turn.ts'
import { ProviderError } from './provider.ts'
import type { VideoProvider } from './provider.ts'

interface Command {
  readonly path: '/evo-apigw/admin/API/DMS/Ptz/OperateDirect' | '/evo-apigw/admin/API/DMS/Ptz/OperateCamera'
  /** everything but start or stop */
  readonly parameters: Readonly<Record<string, string>>
}

const directions: Readonly<Record<'up' | 'down' | 'left' | 'right', string>> = { up: '1', down: '2', left: '3', right: '4' }

/** `result` 0: another user holds the camera. In some versions the object is a text. */
const resultSchema = z.object({ result: z.coerce.string() })

/** 云台 of the ICC (DMS/Ptz): moves are begun and ended by the same parameters; another ending would not end them. */
export function createIccPtz(session: IccSession): NonNullable<VideoProvider['ptz']> {
  const moving = new Map<string, Command>()
  const inTurn = createTurns()
  const send = async ({ path, parameters }: Command, isBegun: boolean, signal: AbortSignal): Promise<void> => {
    const asked = { data: { ...parameters, command: isBegun ? '1' : '0', extend: '' } }
    if (isHeld(iccData(await session.ask(path, asked, signal)))) {
      throw new ProviderError('overloaded', 'another user of the platform holds this camera')
    }
  }
  return (source, move, speed, signal) =>
    inTurn(source, async () => {
      const before = moving.get(source)
      const next = move === 'stop' ? undefined : commandOf(source, move, speed)
      // after a restart nobody knows how it moves: most domes end any turning at the end of one
      const ending = move === 'stop' ? (before ?? commandOf(source, 'up', speed)) : before?.path === next?.path ? undefined : before
      if (ending !== undefined) await send(ending, false, signal)
      moving.delete(source)
      if (next === undefined) return
      moving.set(source, next)
      await send(next, true, signal)
    })
}

function commandOf(channelId: string, move: Exclude<Move, 'stop'>, speed: number): Command {
  const step = String(Math.max(1, Math.round(speed * 8)))
  if (move === 'in' || move === 'out') {
    const parameters = { channelId, operateType: '1', direct: move === 'in' ? '1' : '2', step }
    return { path: '/evo-apigw/admin/API/DMS/Ptz/OperateCamera', parameters }
  }
  return { path: '/evo-apigw/admin/API/DMS/Ptz/OperateDirect', parameters: { channelId, direct: directions[move], stepX: step, stepY: step } }
}

function isHeld(data: unknown): boolean {
  return resultSchema.safeParse(typeof data === 'string' ? jsonOf(data) : data).data?.result === '0'
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // mostly an empty text: there is nothing to tell
    return undefined
  }
}
