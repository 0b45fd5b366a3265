import { type Document, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';

/** Something wrong with the configuration, in one sentence that also says what to write. */
export interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** Of the YAML file, from 1. */
  readonly line?: number;
}

/** `sources.alumni.port`, `encryption.keys[0].id` */
export function pathText(path: Problem['path']): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${step}`))
    .join('');
}

/** `line 12: sources.alumni.port should be …` */
export function problemText({ path, message, line }: Problem): string {
  const where = pathText(path);
  return `${line === undefined ? '' : `line ${line}: `}${where}${where === '' ? '' : ' '}${message}`;
}

/** The line of what a path names, or of the nearest thing around it that is there. */
export function lineOf(path: Problem['path'], document: Document, lines: LineCounter): number | undefined {
  let node: Node | null | undefined = document.contents;
  let offset: number | undefined = node?.range?.[0];
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(step));
      if (!pair) break;
      offset = (isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? offset;
      node = pair.value as Node | null;
    } else if (isSeq(node)) {
      node = node.items[Number(step)] as Node | undefined;
      offset = node?.range?.[0] ?? offset;
    } else break;
  }
  return offset === undefined ? undefined : lines.linePos(offset).line;
}
