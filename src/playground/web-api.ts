import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultControls } from './faults.ts';
import { readBody } from './http-body.ts';
import type { Answer, Call, Method } from './methods/method.ts';
import { refuse } from './methods/method.ts';
import { methods } from './methods/table.ts';
import type { RateGate } from './rates.ts';
import type { Triggers } from './triggers.ts';
import type { Uploads } from './uploads.ts';
import type { Workspace } from './workspace.ts';

export interface WebApiParts {
  workspace: Workspace;
  faults: FaultControls;
  rates: RateGate;
  tokens: { app: string; bot: string };
  socketUrl(): string;
  uploads: Uploads;
  triggers: Triggers;
  baseUrl(): string;
}

/** Answers one call of Slack's Web API: form or JSON in, JSON out, HTTP 200 but for 429. */
export async function answerApiCall(
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
  parts: WebApiParts,
): Promise<void> {
  const { workspace, faults } = parts;
  const args = await readBody(request);
  const fate = faults.fateOf(name);
  if (fate.kind === 'drop') return void request.socket.destroy();
  if (fate.kind === 'hang') return faults.hangUntilWell(() => request.socket.destroy());
  await faults.pause();

  const scopes = workspace.manifest.oauth_config.scopes.bot;
  const token = request.headers.authorization?.replace(/^Bearer /i, '') ?? textOf(args.token);
  const outcome =
    fate.kind === 'limit'
      ? { seconds: fate.seconds }
      : fate.kind === 'refuse'
        ? refuse(fate.error)
        : judge(name, args, token, scopes, parts);

  if ('seconds' in outcome) {
    workspace.notice(name, 'ratelimited', `HTTP 429, Retry-After: ${outcome.seconds}`);
    response.writeHead(429, { 'content-type': 'application/json', 'retry-after': String(outcome.seconds) });
    response.end(JSON.stringify({ ok: false, error: 'ratelimited' }));
    return;
  }
  if (!outcome.ok) workspace.notice(name, outcome.error, describe(outcome));
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'x-oauth-scopes': scopes.join(',') });
  response.end(JSON.stringify(asSent(outcome, scopes)));
}

/** What Slack says to a call, in the order in which Slack looks: method, token, scope, rate, arguments. */
function judge(
  name: string,
  args: Record<string, unknown>,
  token: string | undefined,
  scopes: string[],
  parts: WebApiParts,
): Answer | { seconds: number } {
  const { workspace, tokens, rates } = parts;
  const method = methods.get(name);
  if (!method) return refuse('unknown_method', [`${name} is not in the playground's table of methods`]);
  if (token === undefined || token === '') return refuse('not_authed');
  if (token !== tokens.app && token !== tokens.bot) return refuse('invalid_auth');
  if (token !== tokens[method.token]) return refuse('not_allowed_token_type');
  if (method.token === 'bot' && method.scopes.length > 0 && !method.scopes.some((scope) => scopes.includes(scope))) {
    return { ...refuse('missing_scope'), needed: method.scopes.join(',') };
  }
  const seconds = rates.take(method.tier, rateKey(method, args, workspace));
  if (seconds > 0) return { seconds };
  const call: Call = { ...parts, scopes };
  return method.run(args, call);
}

function rateKey(method: Method, args: Record<string, unknown>, workspace: Workspace): string {
  if (method.tier !== 'posting') return method.name;
  const target = String(args.channel);
  const channel = workspace.channel(target) ?? workspace.directMessages(target);
  return `${method.name} ${channel?.id ?? target}`;
}

function asSent(answer: Answer, scopes: string[]): Record<string, unknown> {
  if (answer.ok) return answer;
  const { problems = [], needed, ...rest } = answer;
  return {
    ...rest,
    ...(needed === undefined ? {} : { needed, provided: scopes.join(',') }),
    ...(problems.length === 0
      ? {}
      : { errors: problems, response_metadata: { messages: problems.map((problem) => `[ERROR] ${problem}`) } }),
  };
}

function describe(answer: Answer): string {
  if (answer.ok) return '';
  const needed = answer.needed === undefined ? [] : [`needs the scope ${answer.needed}`];
  return [...needed, ...(answer.problems ?? [])].join('; ');
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
