import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sendFile } from './file-answer.ts'
import { sendPage } from './page.ts'
import { ProblemError } from './problem.ts'
import type { Route, Visit } from './route.ts'

/** Addresses at which the client draws a screen, or another page of its own: the same page answers all of them. */
const screens = ['/', '/perceive', '/overview', '/dispatch', '/desk']
const clientPaths = [...screens, '/desk/*page', '/unit', '/unit/*page', '/d/:district', ...screens.slice(1).map((path) => `/d/:district${path}`)]

/** Whether the client has been built into `directory`. */
export const isClientBuilt = (directory: string): boolean => existsSync(join(directory, 'index.html'))

/** The built client. Public: the page itself holds no data, and must be there to say how to sign in. */
export function clientRoutes(directory: string): readonly Route[] {
  const index: Route['handler'] = async (_request, response) => {
    if (isClientBuilt(directory)) await sendFile(response, { directory, name: 'index.html', reuse: 'asked' })
    else sendPage(response, 503, notBuilt)
  }
  const file = (params: Visit['params']): string => params['file'] ?? ''
  return [
    ...clientPaths.map((path) => ({ method: 'GET', path, access: 'public', handler: index }) as const),
    {
      method: 'GET',
      path: '/assets/*file',
      access: 'public',
      handler: (_request, response, { params }) => sendFile(response, { directory: join(directory, 'assets'), name: file(params), reuse: 'always' }),
    },
    {
      method: 'GET',
      path: '/:file',
      access: 'public',
      handler: (_request, response, { params }) => {
        const name = file(params)
        if (name.startsWith('.')) throw new ProblemError('not-found', 'there is no such file')
        return sendFile(response, { directory, name, reuse: 'asked' })
      },
    },
  ]
}

const notBuilt = {
  title: '页面尚未构建 · The client is not built',
  paragraphs: ['请在服务器上运行 npm run build，然后刷新本页。', 'Run npm run build on the server, then reload this page.'],
}
