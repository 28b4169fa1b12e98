/** Reads an answer's body; throws when it is longer than `most` bytes, without reading on. */
export async function readBody(answer: Response, most: number): Promise<Buffer> {
  const announced = Number(answer.headers.get('content-length') ?? 0)
  if (announced > most) {
    await answer.body?.cancel()
    throw new Error(`answer of ${String(announced)} bytes; at most ${String(most)} are read`)
  }
  const pieces: Uint8Array[] = []
  let length = 0
  const reader = answer.body?.getReader()
  for (let piece = await reader?.read(); piece !== undefined && !piece.done; piece = await reader?.read()) {
    // fetch bodies are streams of bytes; the type does not say so
    const bytes = piece.value as Uint8Array
    length += bytes.length
    if (length > most) {
      await reader?.cancel()
      throw new Error(`answer is longer than ${String(most)} bytes`)
    }
    pieces.push(bytes)
  }
  return Buffer.concat(pieces)
}
