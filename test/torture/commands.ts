/** What is disturbed. */
export const commands = {
  backup: ['backup', 'full', '--json'],
  schema: ['backup', 'schema', '--json'],
  verify: ['verify', 'latest', '--json'],
  deep: ['verify', 'latest', '--deep', '--json'],
} as const;

export type CommandName = keyof typeof commands;
