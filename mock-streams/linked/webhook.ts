import { createHmac, timingSafeEqual } from 'node:crypto'

/** Standard Webhooks, from the side of the other systems: they have their own code for it, as real ones do. */

const toleranceSeconds = 300

export interface WebhookHeaders {
  readonly id: string
  readonly timestamp: string
  readonly signature: string
}

const mac = (secret: string, id: string, timestamp: string, body: string): Buffer => {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret)
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest()
}

export function headersFor(secret: string, id: string, body: string, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1_000))
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${mac(secret, id, timestamp, body).toString('base64')}`,
  }
}

export function isGenuine(secret: string, { id, timestamp, signature }: WebhookHeaders, body: string, now: number): boolean {
  if (!/^\d+$/.test(timestamp) || Math.abs(now / 1_000 - Number(timestamp)) > toleranceSeconds) return false
  const expected = mac(secret, id, timestamp, body)
  return signature.split(' ').some((one) => {
    const given = Buffer.from(one.replace(/^v1,/, ''), 'base64')
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
}
