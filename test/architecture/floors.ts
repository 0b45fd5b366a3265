import type { Import } from './read-imports.ts';

/** The sentences that say which of the house's rules an import breaks; none when it may stay. */
export function problemsOf(each: Import): string[] {
  const problems = each.own ? floorProblems(each) : doorProblems(each);
  return problems.map((problem) => `${each.from} imports ${each.to}: ${problem}`);
}

/** Which files an import may reach from each floor; the more particular floor stands first. */
const floors: { floor: RegExp; may: (each: Import) => boolean; says: string }[] = [
  { floor: /^src\/playground\//, may: reaches(/^src\/playground\//), says: 'the playground knows nothing of the bot' },
  {
    floor: /^src\/(main\.ts$|wiring\/)/,
    may: (each) => !/^src\/playground\//.test(each.to),
    says: 'the playground is not in the image',
  },
  { floor: /^src\/domain\//, may: reaches(/^src\/domain\//), says: 'domain imports only itself' },
  { floor: /^src\/ports\//, may: reaches(/^src\/(ports|domain)\//), says: 'ports import domain types' },
  {
    floor: /^src\/adapters\//,
    may: (each) => reaches(/^src\/(ports|domain|adapters\/process)\//)(each) || sameFolder(each, 3),
    says: 'an adapter imports ports, domain, adapters/process and its own folder',
  },
  {
    floor: /^src\/operations\//,
    may: reaches(/^src\/(operations|ports|domain)\//),
    says: 'operations import ports and domain',
  },
  {
    floor: /^src\/surfaces\//,
    may: (each) =>
      reaches(/^src\/(operations|domain)\//)(each) ||
      (each.typeOnly && /^src\/ports\//.test(each.to)) ||
      sameFolder(each, 3) ||
      /^src\/surfaces\/[^/]+\.ts$/.test(each.to),
    says: 'a surface imports operations, domain, types of ports and its own folder',
  },
  {
    floor: /^src\/config\//,
    may: reaches(/^src\/(config|domain)\/|^src\/adapters\/.*settings[^/]*\.ts$/),
    says: 'config imports domain and settings schemas of adapters',
  },
];

function floorProblems(each: Import): string[] {
  const found = floors.find(({ floor }) => floor.test(each.from));
  if (!found) return ['this file stands on no floor of the house'];
  return found.may(each) ? [] : [found.says];
}

/** One door per outside thing. A module that is not named here may be used by adapters, surfaces, config, main and the playground. */
const doors: { module: RegExp; only: RegExp }[] = [
  { module: /^execa$/, only: /^src\/adapters\/process\/run-program\.ts$/ },
  { module: /^(node:)?child_process$/, only: /^nowhere$/ },
  { module: /^node-cron$/, only: /^src\/adapters\/clock\// },
  { module: /^mysql2(\/|$)/, only: /^src\/adapters\/mysql\// },
  { module: /^@slack\//, only: /^src\/(surfaces\/slack|playground)\// },
  { module: /^(node:sqlite|kysely)$/, only: /^src\/adapters\/state\// },
  { module: /^@aws-crypto\//, only: /^src\/adapters\/crypto\// },
  { module: /^@aws-sdk\/(client-s3|lib-storage)$/, only: /^src\/adapters\/repository\/s3-/ },
  { module: /^@aws-sdk\/client-kms$/, only: /^src\/adapters\/crypto\/kms\.ts$/ },
  { module: /^@aws-sdk\//, only: /^src\/adapters\// },
  { module: /^commander$/, only: /^src\/surfaces\/cli\// },
  { module: /^(react|react-dom|slack-blocks-to-jsx|ws)(\/|$)/, only: /^src\/playground\// },
];

/** What the inner floors may use: nothing that reaches a disk, a network or a process. */
const inner: { floor: RegExp; modules: RegExp }[] = [
  { floor: /^src\/domain\//, modules: /^(zod|node:crypto)$/ },
  { floor: /^src\/ports\//, modules: /^node:stream$/ },
  {
    floor: /^src\/operations\//,
    modules:
      /^(zod|node:crypto|node:events|node:path\/posix|node:stream(\/\w+)?|node:timers\/promises|node:util|node:zlib)$/,
  },
];

function doorProblems({ from, to }: Import): string[] {
  const door = doors.find(({ module }) => module.test(to));
  if (door && !door.only.test(from)) return [`only ${door.only.source} may use it`];
  const floor = inner.find((each) => each.floor.test(from));
  return floor && !floor.modules.test(to) ? ['this floor touches nothing outside'] : [];
}

/** Files that import one another in a ring, as `a > b > a`; each ring once. */
export function findCycles(imports: readonly Import[]): string[] {
  const targets = new Map<string, string[]>();
  for (const { from, to, own } of imports) if (own) targets.set(from, [...(targets.get(from) ?? []), to]);
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) cycles.push([...path.slice(start), file].join(' > '));
    if (start >= 0 || done.has(file)) return;
    for (const target of targets.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of targets.keys()) visit(file, []);
  return cycles;
}

function reaches(where: RegExp): (each: Import) => boolean {
  return (each) => where.test(each.to);
}

function sameFolder({ from, to }: Import, depth: number): boolean {
  const folder = (path: string) => path.split('/').slice(0, depth).join('/');
  return folder(from) === folder(to);
}
