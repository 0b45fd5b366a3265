import type { Playground } from '../../src/playground/start-playground.ts';

export interface ApiAnswer {
  status: number;
  retryAfter: string | null;
  ok: boolean;
  error?: string;
  needed?: string;
  provided?: string;
  ts?: string;
  url?: string;
  response_metadata?: { messages?: string[]; next_cursor?: string };
  [key: string]: unknown;
}

/** Calls the Web API as Slack's own client does: a form, the token in a header. */
export async function callApi(
  playground: Playground,
  method: string,
  args: Record<string, unknown> = {},
): Promise<ApiAnswer> {
  const { token = method.startsWith('apps.') ? playground.appToken : playground.botToken, ...rest } = args;
  const form = Object.entries(rest).map(([key, value]): [string, string] => [key, String(value)]);
  const response = await fetch(playground.apiUrl + method, {
    method: 'POST',
    headers: token === '' ? {} : { authorization: `Bearer ${String(token)}` },
    body: new URLSearchParams(form),
  });
  const body = (await response.json()) as Omit<ApiAnswer, 'status' | 'retryAfter'>;
  return { ...body, ok: body.ok === true, status: response.status, retryAfter: response.headers.get('retry-after') };
}
