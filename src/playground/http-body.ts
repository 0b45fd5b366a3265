import type { IncomingMessage } from 'node:http';

/** All of it, as it came. */
export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** The fields of a form or of a JSON object; whatever else comes is no fields at all. */
export async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const body = (await readBytes(request)).toString();
  if (!request.headers['content-type']?.startsWith('application/json')) {
    return Object.fromEntries(new URLSearchParams(body));
  }
  try {
    const parsed: unknown = JSON.parse(body);
    return parsed !== null && typeof parsed === 'object' ? { ...parsed } : {};
  } catch {
    return {};
  }
}
