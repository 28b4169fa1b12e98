/**
 * Messages as makers of sensors send them: a time without a zone, figures as texts, coordinates of a Chinese map, a state as a number. About 250
 * bytes of JSON each, all different. They are written by hand: whoever sends 5,000 a second on the machine that is measured must cost little.
 */

const sensors = 500
const digits = (value: number, width: number): string => String(value).padStart(width, '0')

/** The same number is always the same message. @param at of the message with the number 0; each is a millisecond later */
export function sensorMessage(number: number, at: number): string {
  const sensor = number % sensors
  const level = (1_200 + sensor / 10 + (number % 997) / 1_000).toFixed(3)
  const longitude = (106.69 + sensor / 10_000).toFixed(5)
  return `{"deviceId":"WL-${digits(sensor, 5)}","deviceName":"${digits(sensor, 3)}号水位计","productKey":"a1XyQ7","seq":${String(number)},"ts":"${shanghaiTime(at + number)}","data":{"level":"${level}","battery":"3.61","state":"${String(sensor % 50 === 0 ? 1 : 0)}"},"location":{"lng":"${longitude}","lat":"35.53926","type":"gcj02"}}`
}

/** `yyyyMMddHHmmssSSS` in a zone eight hours ahead that has no summer time. */
function shanghaiTime(at: number): string {
  return new Date(at + 8 * 3_600_000).toISOString().replaceAll(/[-:.TZ]/g, '')
}

/** What such a message means, as an integrator would say it. */
export const sensorMapping = `{
  "kind": "sensor-reading",
  "sensor": deviceId,
  "quantity": "water-level",
  "at": $instant(ts),
  "value": $figure(data.level),
  "quality": $choice(data.state, {"0": "good", "1": "suspect"}),
  "name": deviceName,
  "place": $wgs84(location.lng, location.lat, location.type)
}`
