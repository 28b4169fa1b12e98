import writeXlsxFile from 'write-excel-file/node'
import type { Row } from 'write-excel-file/node'
import { Agenda, trendMs } from '../agenda.ts'
import { minuteMs, timeText } from '../calendar.ts'
import type { City } from '../city/scenario.ts'
import { dropByRename, dropFolder } from '../drop.ts'
import type { Upstream } from '../upstream.ts'
import { heatStations, isHeating, pressureAt, returnTemperatureAt, rollFor, writtenAs } from './stations.ts'

/** 水电气暖: a workbook of all heating stations each quarter of an hour. */
export const utilities: Upstream = {
  feed: 'utilities',
  async run(surroundings) {
    const { city, dataDirectory } = surroundings
    const agenda = new Agenda({ everyMs: 15 * minuteMs, backfillMs: trendMs, isSilenced: true }, surroundings)
    for (let at = await agenda.due(); at !== undefined; at = await agenda.due()) {
      await dropByRename(dropFolder(dataDirectory, 'utilities'), fileName(at), await workbookAt(city, at))
      agenda.done()
    }
  },
}

export const fileName = (at: number): string => `供热运行_${timeText(at).replaceAll(/\D/g, '').slice(0, 12)}.xlsx`

const names = ['站号', '站名', '所属街镇', '采集时间', '回水温度', '供水压力', '值班员']

/** A title over merged cells, names of columns in the second row; stations of one town share a merged cell; 停供 outside the season. */
export async function workbookAt(city: City, at: number): Promise<Buffer> {
  const title: Row = [{ value: '崆峒区集中供热运行工况表', columnSpan: names.length, align: 'center' }, ...names.slice(1).map(() => null)]
  const rows = heatStations.map((station, index): Row => {
    const roll = rollFor(city, station.code, at)
    const isSameTown = heatStations[index - 1]?.town === station.town
    const span = heatStations.slice(index).findIndex(({ town }) => town !== station.town)
    return [
      station.code,
      station.name,
      isSameTown ? null : { value: station.town, rowSpan: span === -1 ? heatStations.length - index : span },
      timeText(at).slice(0, 16).replaceAll('-', '/'),
      isHeating(at) ? writtenAs(returnTemperatureAt(station, city, at), 1, '℃', roll) : '停供',
      writtenAs(pressureAt(station, city, at), 2, 'MPa', roll),
      '张建国13993345678',
    ]
  })
  return await writeXlsxFile([title, names, ...rows], { sheet: '运行工况' }).toBuffer()
}
