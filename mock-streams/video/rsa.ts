import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

/** A key that a platform hands out for one login: 1024 bits and PKCS#1 v1.5, as the published interface has it. */
export interface LoginKey {
  /** SubjectPublicKeyInfo, base64 */
  readonly publicKey: string
  readonly decrypt: (encrypted: string) => string | undefined
}

export function createLoginKey(): LoginKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  return {
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    decrypt: (encrypted) => decryptWith(privateKey, Buffer.from(encrypted, 'base64')),
  }
}

/** Padding is taken off by hand: Node no longer does so for this scheme. */
function decryptWith(key: KeyObject, encrypted: Buffer): string | undefined {
  if (encrypted.length !== 128) return undefined
  const padded = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, encrypted)
  const end = padded.indexOf(0, 2)
  return padded[0] === 0 && padded[1] === 2 && end >= 10 ? padded.subarray(end + 1).toString('utf8') : undefined
}
