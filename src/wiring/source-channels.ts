/** Where sources report that name a channel of their own, by source. */
export function sourceChannels(sources: readonly { name: string; channel?: string }[]): Record<string, string> {
  return Object.fromEntries(sources.flatMap(({ name, channel }) => (channel === undefined ? [] : [[name, channel]])));
}
