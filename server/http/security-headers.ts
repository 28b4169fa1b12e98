import type { IncomingMessage, ServerResponse } from 'node:http'
import helmet from 'helmet'

/** What the page may load and do: itself only. Inline styles are what Vue, ECharts and L7 set on elements; inline scripts are nobody's. */
const contentSecurity = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:', 'blob:'],
  mediaSrc: ["'self'", 'blob:'],
  workerSrc: ["'self'", 'blob:'],
  connectSrc: ["'self'"],
  fontSrc: ["'self'"],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
  formAction: ["'self'"],
}

const unusedPowers = ['accelerometer', 'camera', 'display-capture', 'geolocation', 'gyroscope', 'microphone', 'midi', 'payment', 'usb']
const permissions = [...unusedPowers.map((power) => `${power}=()`), 'autoplay=(self)', 'fullscreen=(self)'].join(', ')

/** Puts the headers on a response that keep a page to itself. */
export function createSecurityHeaders(): (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void {
  const guard = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: contentSecurity },
    // on a county's intranet the server speaks plain http: these would break it, or fill the console with warnings
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  })
  return (request, response, next) => {
    response.setHeader('permissions-policy', permissions)
    guard(request, response, next)
  }
}
