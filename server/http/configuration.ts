import type { Configuration, District } from '../../contract/configuration.ts'
import { sendFile } from './file-answer.ts'
import { ProblemError, sendJson } from './problem.ts'
import type { Route } from './route.ts'

/** GET /api/configuration: what a screen must know of config/. */
export function configurationRoute(configuration: Configuration): Route {
  return { method: 'GET', path: '/api/configuration', access: 'wall', handler: (_request, response) => sendJson(response, 200, configuration) }
}

/** GET /api/map/{file}: the map files that a district names, and no others of the folder. */
export function mapRoute(districts: readonly Pick<District, 'map'>[], directory: string): Route {
  const files = new Set(districts.flatMap(({ map }) => [map.boundary, map.relief?.file, map.lines]))
  return {
    method: 'GET',
    path: '/api/map/:file',
    access: 'wall',
    handler: async (_request, response, { params }) => {
      const name = params['file'] ?? ''
      if (!files.has(name))
        throw new ProblemError('not-found', `no district in config/districts names a map file ${JSON.stringify(name.slice(0, 100))}`)
      await sendFile(response, { directory, name, reuse: 'asked' })
    },
  }
}
