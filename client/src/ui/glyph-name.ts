/** The shapes that go with a state: never a colour without its shape. Drawn by Glyph.vue. */
export type GlyphName = 'red' | 'orange' | 'yellow' | 'blue' | 'dot' | 'stale' | 'down' | 'none' | 'check' | 'pause' | 'corrected' | 'replay'
