import { hostname } from 'node:os';
import { readKeyFile } from '../adapters/crypto/key-file.ts';
import { openState } from '../adapters/state/open-state.ts';
import { configurationFailure } from '../config/load-configuration.ts';
import { type Problem, pathText } from '../config/problem.ts';
import type { KeySettings } from '../config/settings.ts';
import type { Check } from '../domain/check.ts';
import type { Patient, PatientKey } from '../operations/examine.ts';
import { examineTarget } from '../operations/recovery/examine-target.ts';
import type { SlackSettings } from '../surfaces/slack/settings.ts';
import type { Around } from './around.ts';
import { lazyScratch } from './lazy-scratch.ts';
import { lazySource } from './lazy-source.ts';
import { lazyTarget } from './lazy-target.ts';
import { openKmsKey } from './open-keys.ts';
import { openRepository } from './open-repository.ts';
import { readSettings } from './read-settings.ts';
import { sourceChannels } from './source-channels.ts';
import { version } from './version.ts';

/** Everything that `doctor` looks at, with a card posted to Slack where that is asked for. What the configuration lacks is in `problems`; Failure `configuration` only when nothing can be made of it. */
export async function openPatient(
  file: string,
  { env, osUser }: Pick<Around, 'env' | 'osUser'>,
  { testCard = false } = {},
): Promise<{ patient: Patient; problems: Check[] }> {
  const { settings, problems } = await readSettings(file, env);
  if (!settings) throw configurationFailure(file, problems);
  const { repositories, slack } = settings;
  const patient: Patient = {
    sources: settings.sources.map((source) => lazySource(source, settings.spoolPath)),
    repositories: [repositories.primary, ...repositories.copies].map(openRepository),
    ...(settings.scratch && { scratch: lazyScratch(settings.scratch, settings.sources) }),
    keys: settings.keys.map(patientKey),
    state: { path: settings.statePath, open: () => openState({ path: settings.statePath }) },
    others: [
      ...settings.targets.map((target) => () => examineTarget(lazyTarget(target, settings.spoolPath))),
      ...(slack
        ? slackChecks({ ...slack, sourceChannels: sourceChannels(settings.sources) })
        : testCard
          ? [async () => [noSlack]]
          : []),
    ],
  };
  return { patient, problems: problems.map(asCheck) };

  function slackChecks(slack: SlackSettings): Patient['others'] {
    const health = async () => {
      const { slackHealth } = await import('../surfaces/slack/slack-health.ts');
      return slackHealth(slack);
    };
    const card = async () => {
      const { postTestCard } = await import('../surfaces/slack/post-test-card.ts');
      return postTestCard(slack, { osUser, host: hostname(), version });
    };
    return testCard ? [health, card] : [health];
  }
}

function patientKey(key: KeySettings): PatientKey {
  const { id, encrypts } = key;
  if ('file' in key) return { id, encrypts, provider: 'file', place: key.file, read: () => readKeyFile(key.file) };
  const read = async () => {
    const { probeKmsKey } = await import('../adapters/crypto/probe-kms-key.ts');
    return probeKmsKey(openKmsKey(key));
  };
  return { id, encrypts, provider: 'kms', place: key.kms, read };
}

const noSlack: Check = {
  id: 'slack.test-card',
  subject: 'slack',
  state: 'bad',
  finding: 'Slack is not configured, so there is nowhere to post a test card',
  mend: 'Add slack with channel, botToken and appToken (or signingSecret and port); the README leads there from manifest.yml.',
};

function asCheck({ path, message, line }: Problem): Check {
  const subject = path[0] === 'sources' && path.length > 1 ? String(path[1]) : String(path[0] ?? 'configuration');
  return {
    id: 'configuration',
    subject,
    state: 'bad',
    finding: `${pathText(path)} ${message}`,
    ...(line !== undefined && { mend: `line ${line} of the configuration` }),
  };
}
