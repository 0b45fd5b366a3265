import type { World } from '../world.ts';

/** Whether somebody has left, as far as the directory can tell now; who cannot be told of is taken at her word in the configuration. */
export async function isDeactivated(
  { directory, people }: Pick<World, 'directory' | 'people'>,
  name: string,
): Promise<boolean> {
  const slackId = people?.[name]?.slack ?? /^slack:(.+)$/.exec(name)?.[1];
  if (!directory || slackId === undefined || slackId === '*') return false;
  return (await directory.isDeactivated(slackId)) ?? false;
}
