import { PassThrough, type Readable } from 'node:stream';
import { execa } from 'execa';
import { Failure } from '../../domain/failure.ts';
import { type HeldPipe, openHeldPipe } from './held-pipe.ts';

export interface ProgramOptions {
  /** Marks the process, so that a later run can find it when this one is killed. */
  readonly owner: string;
  /** Fed to the program; without it standard input is empty. */
  readonly input?: Readable;
  /** Of its environment, beside the few that every program gets. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** A program in a process group of its own. */
export interface RunningProgram {
  readonly name: string;
  readonly pid: number;
  /** Read ahead by no more than a pipe's worth: a program that nobody reads from stands still. */
  readonly output: Readable;
  /** Resolves when it has ended, however; never rejects. */
  readonly ended: Promise<ProgramEnd>;
  /** Ends the whole process group. Safe when it has ended. */
  kill(): void;
}

export interface ProgramEnd {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** The last 16 KiB of standard error. */
  readonly errors: string;
}

export interface ProgramCall {
  readonly path: string;
  readonly args: readonly string[];
  /** What to call it when `path` only starts another program. */
  readonly name?: string;
}

/** Environment variable that names the owner of a child process. */
export const ownerVariable = 'TIDEMARK_OWNER';

/** Starts a program without a shell. Its clock runs in UTC and its messages are in English. */
export function startProgram(path: string, args: readonly string[], options: ProgramOptions): RunningProgram {
  return start(path, args, options).program;
}

/** Starts `first | second`, process to process: the bytes between them never pass through Node. */
export function startPipe(
  first: ProgramCall,
  second: ProgramCall,
  options: ProgramOptions,
): { first: RunningProgram; second: RunningProgram } {
  const writer = start(first.path, first.args, options, { handOn: true, name: first.name });
  const reader = start(
    second.path,
    second.args,
    { owner: options.owner },
    { handedOn: writer.stdout, name: second.name },
  );
  // The reader has its own end of the pipe by now; ours would keep it from ever closing.
  writer.stdout.destroy();
  return { first: writer.program, second: reader.program };
}

/** A program that stands still when its pipe is full, until its output is handed to another. */
export interface HeldProgram {
  readonly program: RunningProgram;
  /** Starts the one that reads it; once. */
  handTo(reader: ProgramCall): RunningProgram;
}

/** The same as `startPipe`, but the second program is started later. Should this process die, the first one's pipe is broken. */
export async function startHeld(
  { path, args, name }: ProgramCall,
  { owner }: Pick<ProgramOptions, 'owner'>,
): Promise<HeldProgram> {
  const pipe = await openHeldPipe();
  const { program } = start(path, args, { owner }, { pipe, name });
  // The program has its own end by now; ours would keep the pipe from ever closing.
  pipe.into.destroy();
  return {
    program,
    handTo(reader) {
      const second = start(reader.path, reader.args, { owner }, { handedOn: pipe.outOf, name: reader.name });
      pipe.outOf.destroy();
      return second.program;
    },
  };
}

/** Runs a small program to its end and gives its output, or what it said instead (pzstd tells its version as an error); `program-failed` unless it exits 0. */
export async function readProgram(path: string, args: readonly string[], options: ProgramOptions): Promise<string> {
  const program = startProgram(path, args, options);
  const chunks: Buffer[] = [];
  for await (const chunk of program.output) chunks.push(chunk);
  const end = await program.ended;
  if (end.exitCode !== 0) throw programFailure(program.name, end);
  return Buffer.concat(chunks).toString('utf8') || end.errors;
}

export function programFailure(name: string, end: ProgramEnd): Failure {
  const how = end.exitCode === undefined ? `was ended by ${end.signal ?? 'the system'}` : `ended with ${end.exitCode}`;
  return new Failure('program-failed', `${name} ${how}${end.errors ? `: ${end.errors.trim()}` : ''}`, {
    hint: end.errors ? `Mend what ${name} says, then run it again.` : 'Look into the system log, then run it again.',
  });
}

function start(
  path: string,
  args: readonly string[],
  { owner, input, variables }: ProgramOptions,
  /** `handOn`: another program takes the output, at once or, by way of `pipe`, some day. `handedOn`: another program's output is the input. */
  { handOn = false, pipe, handedOn, name = path }: Connections = {},
): { program: RunningProgram; stdout: Readable } {
  const child = execa(path, args, {
    detached: true,
    cleanup: true,
    reject: false,
    ...(input ? { input } : { stdin: handedOn ?? 'ignore' }),
    stdout: pipe?.into ?? 'pipe',
    stderr: 'pipe',
    buffer: false,
    extendEnv: false,
    env: {
      ...variables,
      PATH: process.env.PATH ?? '',
      LANG: 'C.UTF-8',
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
      [ownerVariable]: owner,
    },
  });
  const errors = keepTail(child.stderr, 16 * 1024);
  const ended = child.then((result): ProgramEnd => {
    if (result.exitCode === undefined && result.signal === undefined) {
      return { exitCode: 127, signal: undefined, errors: result.originalMessage ?? `${path} could not be started` };
    }
    return { exitCode: result.exitCode, signal: result.signal, errors: errors() };
  });
  // execa lets output go that nobody takes at once, so something takes it at once.
  const stdout = pipe?.outOf ?? child.stdout;
  if (!stdout) throw new Error(`${path} was started without its output`);
  const output = handOn || pipe ? stdout : stdout.pipe(new PassThrough({ highWaterMark: 64 * 1024 }));
  stdout.on('error', (error) => output.destroy(error));
  output.on('close', () => stdout.destroy());
  let running = true;
  void ended.then(() => {
    running = false;
  });
  const kill = () => {
    // A process id that has been freed may belong to somebody else by now.
    if (running) endGroup(child.pid);
    // What nobody will read would keep `ended` waiting.
    output.destroy();
  };
  return {
    program: { name: name.split('/').at(-1) ?? name, pid: child.pid ?? 0, output, ended, kill },
    stdout,
  };
}

interface Connections {
  readonly handOn?: boolean;
  readonly pipe?: HeldPipe;
  readonly handedOn?: Readable;
  readonly name?: string | undefined;
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

function keepTail(stream: Readable, bytes: number): () => string {
  let tail = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-bytes);
  });
  stream.on('error', () => {});
  return () => tail.toString('utf8');
}
