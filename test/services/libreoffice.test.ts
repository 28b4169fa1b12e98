import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { shiftsBetween } from '../../contract/duty.ts'
import { hourMs, minuteMs } from '../../contract/time.ts'
import { sheetDocx } from '../../server/duty/docx.ts'
import { minutesDocx } from '../../server/meeting/minutes.ts'
import { bulletinDocx, reportDocx } from '../../server/report/docx.ts'
import { draft } from '../report/fixture.ts'
import { dutyRules } from '../support/duty.ts'
import { start } from '../support/facts.ts'
import { decided, decidedOrder, meetingState } from '../support/meeting-state.ts'
import { registryWith } from '../support/registry.ts'

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

  it('opens the minutes of a meeting, with its decision and the order that it became', async () => {
    const decisions = [decided(1, { text: '住建局限期疏通', order: decidedOrder() })]
    const meeting = meetingState({ state: 'closed', closedAt: start + hourMs, closedBy: '值班员甲', decisions })
    const bytes = await minutesDocx(registryWith(), meeting, { district: '620802', zone: 'Asia/Shanghai' })
    const text = converted(bytes, 'txt:Text (encoded):UTF8', 'txt').toString('utf8')
    for (const words of ['11月调度会纪要', '三、议定事项', '住建局限期疏通', '督〔2026〕12号']) expect(text).toContain(words)
  })

  it('opens the sheet of a hand-over, with both signatures', async () => {
    const [shift] = shiftsBetween(dutyRules(), 'Asia/Shanghai', [start, start])
    if (shift === undefined) throw new Error('a day has shifts')
    const sheet = { at: start, sections: [{ section: 'incidents' as const, total: 2, lines: ['城东积水：已派泵车'] }] }
    const handover = { givenAt: start, givenBy: '张三', taken: { at: start + minuteMs, by: '李四' } }
    const bytes = await sheetDocx({ place: '崆峒区', zone: 'Asia/Shanghai', shift, sheet, note: '关注东关泵站', handover })
    const text = converted(bytes, 'txt:Text (encoded):UTF8', 'txt').toString('utf8')
    for (const words of ['值班交接班单', '城东积水：已派泵车', '另有1项未列', '关注东关泵站', '交班人：张三', '接班人：李四'])
      expect(text).toContain(words)
  })
})
