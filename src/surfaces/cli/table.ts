export interface Column {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly align?: 'left' | 'right';
}

/** Columns two spaces apart under their titles; nothing trails at the right. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => width(line[index] ?? ''))));
  return lines
    .map((line) =>
      columns
        .map(({ align }, index) => {
          const text = line[index] ?? '';
          const room = ' '.repeat(Math.max(0, (widths[index] ?? 0) - width(text)));
          return align === 'right' ? room + text : text + room;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Facts by name, the values under each other. */
export function renderFacts(facts: readonly (readonly [name: string, value: string])[]): string {
  const widest = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `${name.padEnd(widest)}  ${value}`.trimEnd()).join('\n');
}

/** Characters as people count them; wide ones (emoji, CJK) take two columns. */
function width(text: string): number {
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += wide.test(segment) ? 2 : 1;
  return columns;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const wide = /\p{Extended_Pictographic}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/u;
