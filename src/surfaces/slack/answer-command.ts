import { toFailure } from '../../domain/failure.ts';
import { nearest } from '../../domain/nearest.ts';
import { shorten } from '../../domain/wording.ts';
import { failureMessage } from './blocks/failure.ts';
import { unknownCommandMessage } from './blocks/help.ts';
import { slashCommand } from './settings.ts';
import type { Answer, Caller } from './subcommand.ts';
import { subcommands } from './subcommands/table.ts';

/** Answers what somebody typed after `/backup`, or what a button says in its place. Never throws: what fails is an answer too. */
export async function answerCommand(typed: string, call: Caller): Promise<Answer> {
  const [name = 'help', ...words] = splitWords(typed);
  const subcommand = subcommands.find((one) => one.name === name.toLowerCase());
  if (!subcommand) return { message: unknownCommandMessage(slashCommand, name, suggestion(name)) };
  try {
    audit(call, typed);
    return await subcommand.run({ ...call, words, known: subcommands });
  } catch (error) {
    const failure = toFailure(error);
    call.world.log.error({ err: error, code: failure.code, command: typed }, 'A Slack command failed');
    return { message: failureMessage(failure) };
  }
}

function audit({ world, principal }: Caller, typed: string): void {
  const { name, via } = principal;
  const subject = shorten(`${slashCommand} ${typed}`, 200);
  world.state.audit.append({ at: world.clock.now(), actor: name, via, action: 'command', subject });
}

/** Slack's clients turn `--` into a dash, quotes into curly ones. */
function splitWords(typed: string): string[] {
  return typed
    .replaceAll(/(^|\s)[—–](?=\w)/g, '$1--')
    .replaceAll(/["'“”‘’`]/g, '')
    .split(/\s+/)
    .filter((word) => word !== '');
}

function suggestion(typed: string): string | undefined {
  if (typed.toLowerCase() === 'full') return 'backup full';
  return nearest(
    typed,
    subcommands.map(({ name }) => name),
  );
}
