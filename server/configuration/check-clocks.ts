import type { Registry } from '../core/registry.ts'
import type { ConfigurationReader } from './read.ts'
import { unknownName } from './unknown-name.ts'

/** Checks that a channel's clock agrees with itself: its usual class is one of its classes, its nodes follow one another. */
export function checkClocks(reader: ConfigurationReader, { channels }: Registry): void {
  for (const channel of channels.values()) {
    const { classes = {}, usual, nodes = [] } = channel.clock ?? {}
    if (usual !== undefined && !Object.hasOwn(classes, usual))
      reader.reportIn(channel, ['clock', 'usual'], unknownName('class of this channel', usual, Object.keys(classes)))
    for (const [index, { stage, share }] of nodes.entries()) {
      const before = nodes[index - 1]
      if (before !== undefined && before.share >= share)
        reader.reportIn(channel, ['clock', 'nodes', index, 'share'], `must be greater than the ${String(before.share)} of the node before it`)
      if (nodes.findIndex((node) => node.stage === stage) !== index)
        reader.reportIn(channel, ['clock', 'nodes', index, 'stage'], `${stage} is there already: each node once`)
    }
  }
}
