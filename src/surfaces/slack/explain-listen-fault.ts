import { Failure } from '../../domain/failure.ts';
import type { HttpTransport } from './settings.ts';

/** Why the port for Slack cannot be had, and the mend. */
export function explainListenFault(error: unknown, { host, port }: Pick<HttpTransport, 'host' | 'port'>): Failure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return new Failure(
        'port-in-use',
        `Port ${port} at ${host}, where Slack is to be heard, is in use by another program.`,
        {
          cause: error,
          hint: 'End that program (ss -ltnp names it), or choose another slack.port and tell the proxy.',
        },
      );
    case 'EACCES':
      return new Failure('configuration', `Port ${port} may not be opened by the user who runs Tidemark.`, {
        cause: error,
        hint: 'Choose a slack.port above 1023; the proxy before it takes 443.',
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new Failure('configuration', `This machine has no address ${host}.`, {
        cause: error,
        hint: 'Set slack.host to 127.0.0.1 where the proxy is on this machine, or 0.0.0.0 for all addresses.',
      });
    default:
      return new Failure('internal', `Slack cannot be heard at ${host}, port ${port}: ${String(error)}`, {
        cause: error,
        hint: 'Choose another slack.host or slack.port.',
      });
  }
}
