import type { Command } from 'commander';
import type { Refusal } from '../../domain/refusal.ts';
import type { Answer } from './answer.ts';
import type { CliParts, OpenWorld } from './cli-parts.ts';
import { refusalAnswer } from './refusal-answer.ts';

/** How commands reach their surroundings and answer. */
export interface Session {
  readonly parts: CliParts;
  /** Runs a command that needs no world of its own making. */
  run(command: Command, act: (globals: Globals) => Promise<Answer>): Promise<void>;
  /** Opens the world, writes the command into the audit log, answers with what `act` says or why it was refused, and closes the world. */
  inWorld(command: Command, act: (opened: OpenWorld, globals: Globals) => Promise<Answer | Refusal>): Promise<void>;
}

export interface Globals {
  readonly config: string;
  readonly json: boolean;
}

export function makeSession(parts: CliParts, answer: (given: Answer, json: boolean) => void): Session {
  const run: Session['run'] = async (command, act) => {
    const globals = command.optsWithGlobals<Globals>();
    answer(await act(globals), globals.json);
  };
  return {
    parts,
    run,
    inWorld: (command, act) =>
      run(command, async (globals) => {
        const opened = await parts.openWorld(globals.config);
        try {
          recordCommand(opened, command);
          const given = await act(opened, globals);
          if (!('reason' in given)) return given;
          return refusalAnswer(given, { people: opened.people, now: opened.world.clock.now() });
        } finally {
          opened.close();
        }
      }),
  };
}

/** Names and words that were typed, which hold no secrets: those come from the configuration. */
function recordCommand({ world, principal }: OpenWorld, command: Command): void {
  const { source } = command.opts<{ source?: string }>();
  world.state.audit.append({
    at: world.clock.now(),
    actor: principal.name,
    via: principal.via,
    action: 'command',
    ...(source !== undefined && { source }),
    detail: { command: [...pathOf(command), ...command.args].join(' ') },
  });
}

function pathOf(command: Command): string[] {
  return command.parent ? [...pathOf(command.parent), command.name()] : [];
}
