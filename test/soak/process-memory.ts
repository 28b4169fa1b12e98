import { readFile } from 'node:fs/promises'

const pageBytes = 4_096

/**
 * Bytes of a process's own memory: what it made or shares with its neighbours by its share, without the program's file. Where the kernel does not
 * tell that, all that is resident; undefined where the system tells neither (not Linux).
 */
export async function processMemory(pid: number): Promise<number | undefined> {
  const rollup = await readFile(`/proc/${String(pid)}/smaps_rollup`, 'utf8').catch(() => '')
  const parts = ['Pss_Anon', 'Pss_Shmem', 'SwapPss'].map((name) => new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1])
  if (parts[0] !== undefined) return parts.reduce((sum, kilobytes = '0') => sum + Number(kilobytes) * 1_024, 0)
  const resident = (await readFile(`/proc/${String(pid)}/statm`, 'utf8').catch(() => '')).split(' ')[1]
  return resident === undefined ? undefined : Number(resident) * pageBytes
}
