import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { Failure } from '../domain/failure.ts';
import { crossCheck } from './cross-check.ts';
import { lineOf, type Problem, problemText } from './problem.ts';
import { resolveSettings } from './resolve-settings.ts';
import { type CronProblem, documentSchema } from './schema.ts';
import { perKey } from './section.ts';
import type { Settings } from './settings.ts';

export interface LoadOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cronProblem: CronProblem;
  /** How many dumps are read at a time where the file does not say. */
  readonly readers: number;
}

/** Reads, checks and completes the configuration. Failure `configuration` names every problem at once, each with its line, path and mend. */
export async function loadConfiguration(file: string, options: LoadOptions): Promise<Settings> {
  const { settings, problems } = await readConfiguration(file, options);
  if (settings && problems.length === 0) return settings;
  throw configurationFailure(file, problems);
}

/**
 * The same for `doctor`, which goes on with what there is: `settings` are there as soon as the document is well formed,
 * without the sources and the Slack whose secrets are missing. Only a file that cannot be read fails.
 */
export async function readConfiguration(
  file: string,
  options: LoadOptions,
): Promise<{ settings?: Settings; problems: Problem[] }> {
  const lines = new LineCounter();
  const document = parseDocument(await readText(file), { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return {
      problems: document.errors.map((error) => ({
        path: [],
        message: `is not YAML: ${error.message}`,
        line: lines.linePos(error.pos[0]).line,
      })),
    };
  }
  const atLine = (problem: Problem): Problem => {
    const line = lineOf(problem.path, document, lines);
    return line === undefined ? problem : { ...problem, line };
  };

  const parsed = documentSchema(options.cronProblem).safeParse(document.toJS());
  if (!parsed.success) return { problems: parsed.error.issues.flatMap(explain).map(atLine) };
  const crossed = crossCheck(parsed.data);
  if (crossed.length > 0) return { problems: crossed.map(atLine) };

  const absolute = resolve(file);
  const { settings, problems } = await resolveSettings(parsed.data, {
    file: absolute,
    env: options.env,
    readers: options.readers,
    path: (relative) => resolve(dirname(absolute), relative),
  });
  return { settings, problems: problems.map(atLine) };
}

export function configurationFailure(file: string, problems: readonly Problem[]): Failure {
  const list = problems.map((problem) => `  ${problemText(problem)}`).join('\n');
  const count = problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`;
  return new Failure('configuration', `${file} has ${count}:\n${list}`, {
    hint: 'Correct the file and run the command again; tidemark doctor looks further.',
  });
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new Failure('configuration', missing ? `There is no configuration at ${file}.` : `${file} cannot be read.`, {
      cause: error,
      hint: missing
        ? 'Write one with tidemark init, or name yours with --config FILE.'
        : 'Check that it is a file which the user who runs Tidemark may read.',
    });
  }
}

function explain(issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') {
    const messages = issue.message.split(perKey);
    return issue.keys.map((key, index) => ({ path: [...path, key], message: messages[index] ?? 'is not known here' }));
  }
  if (issue.code === 'invalid_key') return [{ path, message: issue.issues[0]?.message ?? issue.message }];
  return [{ path, message: issue.message }];
}
