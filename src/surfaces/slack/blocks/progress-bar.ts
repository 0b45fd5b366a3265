const cells = 16;

/** `▰▰▰▰▰▰▰▱▱▱▱▱▱▱▱▱ 42 %`; never shows 100 % before it is done. */
export function progressBar(fraction: number): string {
  const bounded = Math.min(1, Math.max(0, fraction));
  const full = Math.floor(bounded * cells);
  const percent = bounded === 1 ? 100 : Math.min(99, Math.floor(bounded * 100));
  return `${'▰'.repeat(full)}${'▱'.repeat(cells - full)} ${percent} %`;
}
