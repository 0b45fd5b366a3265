/** The end of a help text: commands worth copying. */
export function examples(name: string, lines: readonly (readonly [command: string, does: string])[]): string {
  const widest = Math.max(...lines.map(([command]) => command.length));
  const list = lines.map(([command, does]) => `  ${name} ${command.padEnd(widest)}  ${does}`.trimEnd());
  return `\nExamples:\n${list.join('\n')}`;
}
