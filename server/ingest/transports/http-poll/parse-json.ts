/** The value that a JSON text says; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // no JSON is an answer too: the codec says what is wrong with it
    return undefined
  }
}
