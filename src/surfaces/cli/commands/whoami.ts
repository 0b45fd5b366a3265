import type { Command } from 'commander';
import { formatList } from '../../../domain/wording.ts';
import { whoAmI } from '../../../operations/who-am-i.ts';
import { done } from '../answer.ts';
import type { Session } from '../session.ts';

export function registerWhoami(program: Command, session: Session): void {
  program
    .command('whoami')
    .description('who you are here, what you may do, and who grants more')
    .action((_: object, command: Command) =>
      session.inWorld(command, async ({ world, principal, people }) => {
        const me = whoAmI(world, { principal, ...(people && { people }) });
        const lines = me.sources.flatMap(({ source, roles, may, mayNot, grantedBy }) => [
          `${source}: ${roles.length > 0 ? formatList(roles) : 'no role'}`,
          `  you may ${may.length > 0 ? formatList(may) : 'do nothing'}`,
          ...(mayNot.length > 0
            ? [
                `  you may not ${formatList(mayNot, 'or')}; ${
                  grantedBy.length > 0
                    ? `${formatList(grantedBy, 'or')} can grant it`
                    : 'whoever keeps the configuration can grant it, under people'
                }`,
              ]
            : []),
        ]);
        return done(me, [`You are ${me.name}, in a shell.`, ...lines].join('\n'));
      }),
    );
}
