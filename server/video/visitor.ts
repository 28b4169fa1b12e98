import type { ViewingFact } from '../../contract/video-fact.ts'

/** Who asks for a picture. */
export interface Visitor {
  /** names the session without being a secret */
  readonly session: string
  readonly role: 'wall' | 'desk' | 'admin'
  /** the person whose session it is */
  readonly name: string | undefined
  /** where from */
  readonly address: string | undefined
  /** the scene on the screen is one that guests see */
  readonly isGuest: boolean
}

/** As what a visitor is recorded: a wall that shows a guest scene is watched by nobody of ours. */
export const recordedRole = ({ role, isGuest }: Visitor): ViewingFact['role'] => (role === 'wall' && isGuest ? 'guest' : role)
