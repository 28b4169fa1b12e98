import type { Transport } from '../transport.ts'
import { fileDrop } from './file-drop.ts'
import { httpPollTransport } from './http-poll.ts'
import { mqttTransport } from './mqtt.ts'
import { natsTransport } from './nats.ts'
import { sftp } from './sftp.ts'
import { table } from './table.ts'
import { tcp } from './tcp.ts'
import { webSocketTransport } from './websocket.ts'

/** Every transport there is: a new one is a file here and a word in this list. */
export const transports: readonly Transport[] = [httpPollTransport, webSocketTransport, mqttTransport, natsTransport, tcp, fileDrop, sftp, table]
