import type { ServerResponse } from 'node:http'

/** A plain page of our own, for when the client cannot speak. Fixed texts only: nothing of a request goes into it that we have not made ourselves. */
export interface Page {
  readonly title: string
  readonly paragraphs: readonly string[]
  /** links, where there is something to choose */
  readonly choices?: readonly { readonly href: string; readonly text: string }[]
}

const style =
  'body{margin:0;min-height:100vh;display:grid;place-content:center;background:#10161d;color:#e6edf3;font:20px/1.6 system-ui,sans-serif}main{max-width:42em;padding:2em}h1{font-size:1.4em;font-weight:600}a{color:#7fd1b9}'

/** Answers with a page that needs nothing else: no script, no font, no picture. */
export function sendPage(response: ServerResponse, status: number, { title, paragraphs, choices = [] }: Page): void {
  const text = paragraphs.map((paragraph) => `<p>${paragraph}</p>`).join('')
  const links = choices.map(({ href, text: words }) => `<p><a href="${href}">${words}</a></p>`).join('')
  const html = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${style}</style><main><h1>${title}</h1>${text}${links}</main></html>`
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'content-length': Buffer.byteLength(html), 'cache-control': 'no-store' })
  response.end(html)
}
