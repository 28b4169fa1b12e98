import type { TransportContext } from '../transport.ts'

/** How a value is written into a text: as it is, inside a JSON string, or inside a form or an address. */
export type Escape = 'none' | 'json' | 'url'

/**
 * Replaces `{{name}}` by its value, and `{{secret:name}}` by that secret.
 * @param values absent ones become empty
 * @throws MisconfiguredError for a secret that is not there
 */
export function fillTemplate(
  template: string,
  values: Readonly<Record<string, string | undefined>>,
  { secrets, escape }: { readonly secrets: Pick<TransportContext<unknown>, 'secret'>; readonly escape: Escape },
): string {
  return template.replace(/\{\{\s*(?:(secret):)?([A-Za-z0-9-]+)\s*\}\}/g, (_whole, isSecret: string | undefined, name: string) =>
    escaped(isSecret === undefined ? (values[name] ?? '') : secrets.secret(name), escape),
  )
}

function escaped(value: string, escape: Escape): string {
  switch (escape) {
    case 'none':
      return value
    case 'json':
      return JSON.stringify(value).slice(1, -1)
    case 'url':
      return encodeURIComponent(value)
  }
}
