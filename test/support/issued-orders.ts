import { randomUUID } from 'node:crypto'
import type { Whole } from './whole.ts'

/** The session of somebody of the desk who signs with a name. */
async function deskCookie(whole: Whole): Promise<string> {
  const answer = await fetch(await whole.signInLink('desk', '值班员甲'), { redirect: 'manual' })
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

/** Gives orders as the desk does. @returns their ids */
export async function issueOrders(whole: Whole, orders: readonly Readonly<Record<string, unknown>>[]): Promise<readonly string[]> {
  const cookie = await deskCookie(whole)
  const ids: string[] = []
  for (const order of orders) {
    const answer = await fetch(`${whole.url}/api/supervisions`, {
      method: 'POST',
      headers: { cookie, origin: whole.url, 'content-type': 'application/json' },
      body: JSON.stringify({ command: randomUUID(), district: '620802', level: 'normal', text: '结果附前后照片', due: { workingDays: 5 }, ...order }),
    })
    if (!answer.ok) throw new Error(`an order was not taken: ${await answer.text()}`)
    ids.push(((await answer.json()) as { readonly id: string }).id)
  }
  return ids
}
