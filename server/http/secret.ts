import { createHash, timingSafeEqual } from 'node:crypto'

/** A secret as we hold it: hashed, so that no memory dump or log can hold it, and all are equally long. */
export type SecretHash = Buffer

export const hashSecret = (secret: string): SecretHash => createHash('sha256').update(secret).digest()

/** Compares in a time that says nothing about where they differ. */
export const isSecret = (given: string, expected: SecretHash): boolean => timingSafeEqual(hashSecret(given), expected)
