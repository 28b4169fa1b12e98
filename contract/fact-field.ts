import { z } from 'zod'

/** Fields that facts of every kind are made of. */

const latestInstant = 8_640_000_000_000_000
export const instant = z.int().min(0).max(latestInstant)

/** An instant in what somebody asks for, refused in words; beyond the last there is no day to speak of it by. */
export const instantAsked = (words = 'expected an instant in milliseconds since 1970') => z.int(words).min(0, words).max(latestInstant, words)
export const id = z.string().min(1).max(128)
export const shortText = z.string().max(200)
/** the name that somebody is signed in with */
export const person = z.string().min(1).max(40)
/** 幂等键: the upstream's own name for this very message. A feed's second fact with the same key is a duplicate, whatever it says. */
export const key = id.optional()

/** [longitude, latitude], degrees, WGS-84. */
export const placeSchema = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)])
export type Place = z.infer<typeof placeSchema>
