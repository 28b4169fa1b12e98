import { readFile } from 'node:fs/promises'

const pageBytes = 4_096

/** Bytes of a process, without the program's file. */
export interface ProcessMemory {
  readonly own: number
  /** its share of what it and its neighbours use together: pictures, buffers; undefined where the kernel does not tell it apart */
  readonly shared: number | undefined
}

/** undefined where the system tells nothing (not Linux) */
export async function processMemory(pid: number): Promise<ProcessMemory | undefined> {
  const rollup = await readFile(`/proc/${String(pid)}/smaps_rollup`, 'utf8').catch(() => '')
  const [own, swapped, shared] = ['Pss_Anon', 'SwapPss', 'Pss_Shmem'].map((name) => {
    const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024
  })
  if (own !== undefined) return { own: own + (swapped ?? 0), shared }
  const resident = (await readFile(`/proc/${String(pid)}/statm`, 'utf8').catch(() => '')).split(' ')[1]
  return resident === undefined ? undefined : { own: Number(resident) * pageBytes, shared: undefined }
}
