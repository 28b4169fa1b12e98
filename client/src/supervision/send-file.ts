import type { Attachment } from '../../../contract/supervision-fact.ts'
import { failureOf } from '../desk/bench-api.ts'
import type { Answered } from '../desk/bench-api.ts'

export interface SendingFile {
  /** 0-1, of what has left this machine */
  readonly onProgress: (share: number) => void
  readonly signal: AbortSignal
}

/** 附件: sends a file as it is and tells how far it has come, which fetch cannot. Never throws; one that was given up is `away`. */
export function sendFile(path: string, file: File, { onProgress, signal }: SendingFile): Promise<Answered<Attachment>> {
  return new Promise((done) => {
    const request = new XMLHttpRequest()
    const away = (): void => {
      done({ ok: false, failure: { kind: 'away', detail: '' } })
    }
    request.open('POST', `${path}?name=${encodeURIComponent(file.name)}`)
    request.setRequestHeader('accept', 'application/json')
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.upload.onprogress = ({ loaded, total, lengthComputable }) => {
      if (lengthComputable && total > 0) onProgress(loaded / total)
    }
    request.onload = () => {
      done(answerOf(request.status, request.responseText))
    }
    request.onerror = away
    request.onabort = away
    signal.addEventListener('abort', () => {
      request.abort()
    })
    request.send(file)
  })
}

function answerOf(status: number, body: string): Answered<Attachment> {
  if (status < 200 || status > 299) return { ok: false, failure: failureOf(status, body) }
  try {
    // our own server answers with what the contract says
    return { ok: true, value: JSON.parse(body) as Attachment }
  } catch {
    // half an answer: the file can be sent again
    return { ok: false, failure: { kind: 'away', detail: '' } }
  }
}
