import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const manifestSchema = z.looseObject({
  display_information: z.looseObject({ name: z.string(), description: z.string().optional() }),
  features: z
    .looseObject({
      bot_user: z.looseObject({ display_name: z.string() }).optional(),
      slash_commands: z
        .array(
          z.looseObject({
            command: z.string().startsWith('/'),
            description: z.string(),
            usage_hint: z.string().optional(),
            should_escape: z.boolean().optional(),
          }),
        )
        .default([]),
    })
    .default({ slash_commands: [] }),
  oauth_config: z.looseObject({ scopes: z.looseObject({ bot: z.array(z.string()).default([]) }) }),
  settings: z
    .looseObject({
      event_subscriptions: z.looseObject({ bot_events: z.array(z.string()).default([]) }).optional(),
      interactivity: z.looseObject({ is_enabled: z.boolean() }).optional(),
      socket_mode_enabled: z.boolean().default(false),
    })
    .default({ socket_mode_enabled: false }),
});

/** What of an app's manifest decides how Slack treats the app. */
export type Manifest = z.infer<typeof manifestSchema>;

/** Reads an app manifest in YAML or JSON; throws naming the path of what is wrong. */
export function parseManifest(text: string): Manifest {
  const parsed = manifestSchema.safeParse(parse(text));
  if (!parsed.success) throw new Error(`The app manifest is not valid:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** The manifest at the top of the checkout, or a small one of the playground's own where there is none. */
export function checkoutManifest(): Manifest {
  const file = new URL('../../manifest.yml', import.meta.url);
  return parseManifest(existsSync(file) ? readFileSync(file, 'utf8') : fallbackManifest);
}

export const fallbackManifest = `
display_information: { name: Tidemark, description: Backup and recovery of MySQL }
features:
  bot_user: { display_name: tidemark, always_online: true }
  slash_commands:
    - command: /backup
      description: Backups, recovery and their state
      usage_hint: "help | status | backup full | backups | show ID | verify ID | whoami"
oauth_config:
  scopes:
    bot: [commands, "chat:write", "files:write", "im:write", "channels:read", "groups:read", "users:read"]
settings:
  event_subscriptions: { bot_events: [member_joined_channel, app_home_opened] }
  interactivity: { is_enabled: true }
  socket_mode_enabled: true
`;
