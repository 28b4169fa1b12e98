import { describe, expect, it } from 'vitest'
import { readYaml } from '../../server/configuration/yaml-text.ts'

describe('a YAML text', () => {
  it('whose keys stand twice is refused, naming the place of each', () => {
    expect(readYaml('a: 1\nb: { c: 1, c: 2 }\na: 3\n')).toEqual({
      ok: false,
      error: [
        { line: 3, column: 1, problem: 'Map keys must be unique: "a" stands here again' },
        { line: 2, column: 12, problem: 'Map keys must be unique: "c" stands here again' },
      ],
    })
  })

  it('with very many keys is read in time that grows with their number, not with its square', () => {
    const keys = Array.from({ length: 30_000 }, (_, index) => `k${String(index)}: 1`).join('\n')
    const read = readYaml(keys)
    expect(read.ok && Object.keys(read.value.value as object)).toHaveLength(30_000)
  }, 10_000)

  it.each([
    ['id: a\nname：b\n', 2, '：'],
    ['id： a\nname: b\n', 1, '：'],
  ])('with Chinese punctuation, as %j, says which', (text, line, mark) => {
    const read = readYaml(text)
    expect(read).toMatchObject({
      ok: false,
      error: [{ line, problem: expect.stringContaining(`; ${mark} is full-width punctuation: write : instead`) as string }],
    })
  })

  it('full of mistakes tells a hundred of them', () => {
    const read = readYaml(`a: "${String.raw`\q`.repeat(2_000)}"`)
    expect(!read.ok && read.error).toHaveLength(100)
  })
})
