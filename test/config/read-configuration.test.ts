import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfiguration } from '../../src/config/load-configuration.ts';
import { problemText } from '../../src/config/problem.ts';
import type { Settings } from '../../src/config/settings.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tidemark-config-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function read(
  parts: string,
  sources = 'sources: { alumni: { host: h, user: u, password: "" } }\n',
): Promise<{ settings?: Settings; problems: string[] }> {
  const rest = 'repository: { primary: { type: local, path: b } }\nencryption: { keys: [{ id: k-1, file: k }] }\n';
  const file = join(directory, 'tidemark.yaml');
  await writeFile(file, `${sources}${rest}${parts}`);
  const { settings, problems } = await readConfiguration(file, {
    env: { SECRET: 's3cret' },
    cronProblem: () => undefined,
    readers: 2,
  });
  return { ...(settings && { settings }), problems: problems.map(problemText) };
}

describe('where recoveries may go, and who decides', () => {
  it('is read with its secrets and paths; approvals are durations in seconds, by scenario', async () => {
    const { settings } = await read(
      `targets: { spare: { host: db2, user: r, password: { env: SECRET }, clientDir: bin } }
approvals: { complete: { approvers: 2, expires: 12h, window: 1h }, point-in-time: { role: admin }, stakeholders: ["#office"] }
`,
      'sources: { alumni: { host: h, user: u, password: "", restore: { user: r, password: { env: SECRET } } } }\n',
    );
    expect(settings?.targets).toEqual([
      { name: 'spare', host: 'db2', port: 3306, user: 'r', password: 's3cret', clientDir: join(directory, 'bin') },
    ]);
    expect(settings?.approvals).toEqual({
      rules: {
        complete: { approvers: 2, expiresSeconds: 43_200, windowSeconds: 3600 },
        'point-in-time': { role: 'admin' },
      },
      stakeholders: ['#office'],
    });
    expect(settings?.sources[0]?.restore).toEqual({ user: 'r', password: 's3cret', keepTablesDays: 7 });
  });

  it.each([
    [
      'targets: { Spare: { host: h, user: u, password: "" } }',
      'line 4: targets.Spare cannot name a target: use up to 32 of a-z, 0-9, - and _, beginning with a letter or digit',
    ],
    [
      'targets: { spare: { user: u, password: "" } }',
      'line 4: targets.spare.host is missing: write the name or address of the server, or its socketPath',
    ],
    [
      'targets: { spare: { host: h, user: u, password: { env: NONE } } }',
      expect.stringContaining('targets.spare.password'),
    ],
    [
      'approvals: { complete: { approvers: 0 } }',
      'line 4: approvals.complete.approvers should be how many people besides the requester approve, 1 to 5',
    ],
    ['approvals: { complete: { role: viewer } }', 'line 4: approvals.complete.role should be approver or admin'],
    [
      'approvals: { complete: { window: soon } }',
      'line 4: approvals.complete.window is no duration: write hours, days or weeks, like 12h, 30d or 6w',
    ],
  ])('%s is a mistake that is named', async (parts, expected) => {
    expect((await read(`${parts}\n`)).problems).toEqual([expected]);
  });
});

it('doctor goes on with the sources whose secrets are there', async () => {
  const { settings, problems } = await read(
    '',
    'sources:\n  a: { host: h, user: u, password: { file: none } }\n  b: { host: h, user: u, password: "" }\n',
  );
  expect(settings?.sources.map((source) => source.name)).toEqual(['b']);
  expect(problems).toEqual([
    expect.stringMatching(/^line 2: sources\.a\.password comes from the file .*none, which cannot be read \(ENOENT\)/),
  ]);
});
