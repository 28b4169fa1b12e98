import { vi } from 'vitest'

/** One file on its way, and what becomes of it: decided by the test. */
export interface StubUpload {
  readonly path: string
  readonly file: unknown
  readonly progress: (loaded: number, total: number) => void
  readonly answer: (status: number, body: unknown) => void
  readonly breakOff: () => void
}

/** Stands in for XMLHttpRequest. @returns what was sent so far, growing */
export function takeUploads(): readonly StubUpload[] {
  const sent: StubUpload[] = []
  class StubRequest {
    readonly upload: { onprogress?: (event: object) => void } = {}
    onload?: () => void
    onerror?: () => void
    onabort?: () => void
    status = 0
    responseText = ''
    #path = ''
    open(_method: string, path: string): void {
      this.#path = path
    }
    setRequestHeader(): void {
      // every file is sent alike
    }
    abort(): void {
      this.onabort?.()
    }
    send(file: unknown): void {
      sent.push({
        path: this.#path,
        file,
        progress: (loaded, total) => this.upload.onprogress?.({ loaded, total, lengthComputable: true }),
        answer: (status, body) => {
          this.status = status
          this.responseText = JSON.stringify(body)
          this.onload?.()
        },
        breakOff: () => this.onerror?.(),
      })
    }
  }
  vi.stubGlobal('XMLHttpRequest', StubRequest)
  return sent
}
