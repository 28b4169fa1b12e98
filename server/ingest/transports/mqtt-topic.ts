/** The filter as it is subscribed to by a group that divides its messages (MQTT 5, §4.8.2). */
export function sharedFilter(filter: string, group: string | undefined): string {
  return group === undefined ? filter : `$share/${group}/${filter}`
}

/** Whether a topic is one of `filter` (MQTT 5, §4.7): `+` is one level, `#` at the end any number; topics with $ only where the filter says $. */
export function isMatching(topic: string, filter: string): boolean {
  const wanted = filter.replace(/^\$share\/[^/]+\//, '').split('/')
  const levels = topic.split('/')
  if (topic.startsWith('$') && !(wanted[0] ?? '').startsWith('$')) return false
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true
    if (index >= levels.length || (level !== '+' && level !== levels[index])) return false
  }
  return wanted.length === levels.length
}
