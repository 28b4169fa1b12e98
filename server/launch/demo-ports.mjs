import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The simulated platforms and the listeners for simulated devices use the ports behind this one: 8091 to 8099. */
export const usualPortBase = 8090

/** Copies a configuration and writes other ports for the demonstration's into the copy: those behind `base`. What was there before goes. */
export async function configurationAt(from, to, base) {
  if (!Number.isInteger(base) || base < 1 || base > 65_526) throw new Error(`MOCK_PORT_BASE is ${base}: give a number from 1 to 65526`)
  await rm(to, { recursive: true, force: true })
  await cp(from, to, { recursive: true })
  const inFolder = async (folder) => (await readdir(join(to, folder))).filter((name) => name.endsWith('.yaml')).map((name) => join(to, folder, name))
  for (const file of [join(to, 'app.yaml'), ...(await inFolder('feeds')), ...(await inFolder('video'))]) {
    const text = await readFile(file, 'utf8')
    await writeFile(
      file,
      text.replaceAll(/(?<=127\.0\.0\.1:)809([1-9])\b/g, (_, digit) => String(base + Number(digit))),
    )
  }
}
