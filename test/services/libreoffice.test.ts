import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bulletinDocx, reportDocx } from '../../server/report/docx.ts'
import { draft } from '../report/fixture.ts'

const soffice = process.env.SOFFICE ?? 'soffice'
const isThere = spawnSync(soffice, ['--version']).status === 0
if (!isThere)
  console.error(`LibreOffice does not run here as ${soffice}, so nobody has opened the report: apt-get install libreoffice-writer, or set SOFFICE`)

/** What LibreOffice makes of a .docx. */
function converted(bytes: Buffer, to: string, end: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'yiping-office-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'paper.docx'), bytes)
  const profile = `-env:UserInstallation=file://${folder}/profile`
  const { status, stderr } = spawnSync(soffice, [profile, '--headless', '--convert-to', to, '--outdir', folder, join(folder, 'paper.docx')], {
    timeout: 100_000,
  })
  if (status !== 0) throw new Error(`${soffice} ended with ${String(status)}: ${stderr.toString()}`)
  return readFileSync(join(folder, `paper.${end}`))
}

describe.skipIf(!isThere)('LibreOffice', () => {
  it('opens the report with the figures of the model', async () => {
    const text = converted(await reportDocx(draft()), 'txt:Text (encoded):UTF8', 'txt').toString('utf8')
    for (const words of ['一、总体情况', '完成值93.1%', '98.4', '+6.9', '七、存在问题与下步打算', '附件4']) expect(text).toContain(words)
  })

  it('prints it on A4, attachments on pages of their own', async () => {
    const pdf = converted(await reportDocx(draft()), 'pdf', 'pdf').toString('latin1')
    const boxes = [...pdf.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g)].map(([, width, height]) => [
      Math.round(Number(width)),
      Math.round(Number(height)),
    ])
    expect(boxes.length).toBeGreaterThanOrEqual(6)
    for (const box of boxes) expect(box).toEqual([595, 842])
  })

  it('opens the bulletin', async () => {
    expect(converted(await bulletinDocx(draft()), 'txt:Text (encoded):UTF8', 'txt').toString('utf8')).toContain(
      '关于2026年10月崆峒区诉求办理排名情况的通报',
    )
  })
})
