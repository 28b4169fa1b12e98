import { existsSync } from 'node:fs'
import { demoConfiguration, usualPortBase } from '../launch/demo-ports.mjs'
import { settingsOf } from '../settings.ts'

/** The folder that a server reads when it is started in the same environment: with other ports for the demonstration, its copy of the configuration. */
export function configurationFolder(environment: NodeJS.ProcessEnv): string {
  const { configDirectory, dataDirectory } = settingsOf(environment)
  const copy = demoConfiguration(dataDirectory)
  const isMoved = Number(environment['MOCK_PORT_BASE'] ?? usualPortBase) !== usualPortBase
  return isMoved && existsSync(copy) ? copy : configDirectory
}
