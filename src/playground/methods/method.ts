import type { z } from 'zod';
import type { Tier } from '../rates.ts';
import type { Triggers } from '../triggers.ts';
import type { Uploads } from '../uploads.ts';
import type { Workspace } from '../workspace.ts';

/** What an API call gets back, as Slack sends it. */
export type Answer = { ok: true; [key: string]: unknown } | Refusal;

export interface Refusal {
  ok: false;
  error: string;
  /** Slack's sentences, without their `[ERROR]`. */
  problems?: string[];
  needed?: string;
}

export const refuse = (error: string, problems: string[] = []): Refusal => ({ ok: false, error, problems });

export interface Call {
  workspace: Workspace;
  scopes: string[];
  /** Where Socket Mode connections are to go: a URL good for one connection. */
  socketUrl(): string;
  uploads: Uploads;
  triggers: Triggers;
  /** `http://host:port`, for addresses that are answered. */
  baseUrl(): string;
}

/** One row of the table of methods. */
export interface Method {
  name: string;
  token: 'app' | 'bot';
  /** Any one of them is enough; none means none is needed. */
  scopes: string[];
  tier: Tier;
  run(args: Record<string, unknown>, call: Call): Answer;
}

/** Makes a row: arguments are checked before `handle` sees them. Arguments unknown to Slack are ignored, as there. */
export function method<Shape extends z.ZodRawShape>(definition: {
  name: string;
  token?: 'app' | 'bot';
  scopes: string[];
  tier: Tier;
  args: z.ZodObject<Shape>;
  handle(args: z.infer<z.ZodObject<Shape>>, call: Call): Answer;
}): Method {
  const { name, scopes, tier, token = 'bot' } = definition;
  return {
    name,
    token,
    scopes,
    tier,
    run(args, call) {
      const parsed = definition.args.safeParse(args);
      if (parsed.success) return definition.handle(parsed.data, call);
      return refuse(
        'invalid_arguments',
        parsed.error.issues.map((issue) => {
          const field = issue.path.join('/');
          return args[field] === undefined ? `missing required field: ${field}` : `invalid ${field}: ${issue.message}`;
        }),
      );
    },
  };
}
