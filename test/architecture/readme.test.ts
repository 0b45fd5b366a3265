import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { calendar } from '../../src/adapters/clock/calendar.ts';
import { readConfiguration } from '../../src/config/load-configuration.ts';
import { problemText } from '../../src/config/problem.ts';
import { grantStatements, requiredGrants } from '../../src/domain/grants.ts';
import { subcommands } from '../../src/surfaces/slack/subcommands/table.ts';
import { runTidemark } from '../support/run-tidemark.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const decisions = readdirSync('docs/decisions').map((name) => join('docs/decisions', name));
const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'src/domain/README.md', ...decisions];
const readme = readFileSync('README.md', 'utf8');

test.each(documents)('links of %s lead somewhere', (document) => {
  const text = readFileSync(document, 'utf8');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)].map(([, link, picture]) => link ?? picture ?? '');
  const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => `#${anchorOf(heading)}`);
  const broken = links
    .filter((link) => !/^https?:/.test(link))
    .filter((link) => (link.startsWith('#') ? !anchors.includes(link) : !existsSync(join(dirname(document), link))));
  expect(broken).toEqual([]);
});

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .trim()
    .replaceAll(' ', '-');
}

test.each(documents)('the npm scripts and files that %s names are there', (document) => {
  const text = readFileSync(document, 'utf8');
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const named = [...text.matchAll(/npm (?:run (?:-s )?)?(test|(?<=run (?:-s )?)[a-z][\w:-]*)/g)].map(
    ([, name]) => name,
  );
  expect(named.filter((name) => name !== undefined && !Object.hasOwn(scripts, name))).toEqual([]);
  // Paths between backticks; those with a placeholder are patterns.
  const paths = [...text.matchAll(/`((?:src|test|scripts|docs|examples)\/[\w./-]+)`/g)].map(([, path = '']) => path);
  expect(paths.filter((path) => !/[A-Z]{2}/.test(path) && !existsSync(path))).toEqual([]);
});

test("the README's commands are those of the shell, all of them", async () => {
  const help = await Promise.all(['', 'backup', 'audit', 'catalog', 'keys'].map(commandsBelow));
  const known = help.flat();
  const named = [...readme.matchAll(/tidemark ([a-z]+(?: [a-z]+)?)/g)]
    .map(([, words = '']) => words)
    .filter((words) => !/^(status|start|init|doctor) (and|checks|runs|tries)/.test(words));
  expect(named.length).toBeGreaterThan(15);
  const isKnown = (words: string) => known.includes(words) || known.includes(words.split(' ')[0] ?? '');
  expect(named.filter((words) => !isKnown(words))).toEqual([]);
  expect(known.filter((command) => !readme.includes(`tidemark ${command}`))).toEqual([]);
});

/** `backup full`, of those that have something below them; the names alone of the others. */
async function commandsBelow(command: string): Promise<string[]> {
  const { stdout } = await runTidemark(command === '' ? ['--help'] : [command, '--help'], {
    cwd: temporaryDirectory(),
  });
  const listed = stdout.split(/^Commands:$/m)[1]?.split('\n\n')[0] ?? '';
  const names = [...listed.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name);
  return command === '' ? names : names.filter((name) => name !== 'help').map((name) => `${command} ${name}`);
}

test("the README's commands are those of Slack, all of them", () => {
  const named = [...readme.matchAll(/`\/backup ([a-z]+)/g)].map(([, name = '']) => name);
  const known = subcommands.map(({ name }) => name);
  expect(new Set(named)).toEqual(new Set(known));
});

test.each([
  ['mysql', '8.4.0'],
  ['mysql', '9.7.0'],
  ['mariadb', '10.11.0'],
] as const)("the README's GRANT is what a backup of %s %s uses", (flavour, version) => {
  const wanted = requiredGrants(flavour, version, { accounts: true }).filter(
    ({ privilege, on }) => privilege !== 'LOCK TABLES' && on === '*',
  );
  const [statement = ''] = grantStatements(wanted, [], 'tidemark@%');
  const privileges = (line: string) =>
    line
      .replace(/^GRANT | ON .*$/g, '')
      .split(', ')
      .sort();
  const given = [...readme.matchAll(/^GRANT .+;$/gm)].map(([line]) => privileges(line));
  expect(given).toContainEqual(privileges(statement));
});

test("the README's configuration loads", async () => {
  const [, yaml = ''] = /```yaml\n(sources:[\s\S]+?)```/.exec(readme) ?? [];
  const file = join(temporaryDirectory(), 'tidemark.yaml');
  writeFileSync(file, yaml);
  const { settings, problems } = await readConfiguration(file, {
    env: { ALUMNI_DB_PASSWORD: '', RESTORE_PASSWORD: '', SLACK_APP_TOKEN: 'xapp-1', SLACK_BOT_TOKEN: 'xoxb-1' },
    cronProblem: (cron, zone) => calendar().problem(cron, zone),
    readers: 2,
  });
  expect(problems.map(problemText)).toEqual([]);
  expect(settings?.slack?.channel).toBe('#db-ops');
});

test('pictures are small', () => {
  const pictures = readdirSync('docs/pictures');
  expect(pictures.length).toBeGreaterThan(5);
  expect(pictures.filter((name) => statSync(join('docs/pictures', name)).size > 200_000)).toEqual([]);
  expect(pictures.filter((name) => !readme.includes(`docs/pictures/${name}`))).toEqual([]);
});
