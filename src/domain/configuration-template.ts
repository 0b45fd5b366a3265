/** What a new configuration has to know. */
export interface FoundingAnswers {
  readonly source: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Environment variable that holds the password. */
  readonly passwordEnv: string;
  readonly repository: string;
  readonly keyId: string;
  readonly keyFile: string;
  readonly cron: string;
  /** Channel for the bot's reports; without it the bot runs headless. */
  readonly slackChannel?: string;
  /** Login name of whoever founds it: with Slack, somebody has to be admin from the start. */
  readonly osUser: string;
}

/** A configuration that works as it stands, with what else there is in comments. */
export function configurationTemplate(answers: FoundingAnswers): string {
  const { source, host, port, user, passwordEnv, repository, keyId, keyFile, cron, slackChannel } = answers;
  return `# Tidemark's configuration. Relative paths are relative to this file.
# After a change: tidemark doctor

sources:
  ${source}:
    host: ${scalar(host)}
    port: ${port}
    user: ${scalar(user)}
    # Secrets never stand here: { env: NAME } or { file: PATH }.
    password: { env: ${passwordEnv} }
    # schemas: [a, b]            # only these; without it, all of them
    # accounts: false            # leave users and grants out
    # clientDir: /opt/mysql/bin  # where mysqldump of the server's own version is, when not on PATH
    # tls: { ca: /etc/ssl/db.pem }
    # socketPath: /run/mysqld/mysqld.sock

repository:
  primary: { type: local, path: ${scalar(repository)} }
  # warnWhenFullWithin: 14d   # status warns when the disk is full so soon, going on as it does

encryption:
  # The first key encrypts (others with encrypts: true as well), all decrypt. Whoever loses them all loses every backup: keep a second copy elsewhere.
  keys:
    - { id: ${scalar(keyId)}, file: ${scalar(keyFile)} }
    # - { id: cloud, kms: "arn:aws:kms:REGION:ACCOUNT:key/ID" }  # in AWS KMS

schedules:
  # minute, hour, day, month, weekday; in UTC unless zone names another.
  # What is older than keep is removed every day; the last good backup never is.
  full: { cron: ${scalar(cron)}, keep: 30d }
  # Binlogs are shipped all the time (stream), so that what a crash costs is seconds; and closed and proven every six hours.
  incremental: { cron: "0 */6 * * *", keep: 7d, stream: true }

${slackSection(slackChannel)}
${peopleSection(answers)}
state: { path: tidemark-state.db }

# With a server program at hand (it need not run), backups are proven by restoring them onto a private server, every week.
# scratch: { serverDir: /usr/sbin, maxBytes: 100GB }

# backups:
#   processes: 8       # mysqldump processes at most, 1 to 16; by default four per reader
#   readers: 2         # how many of them are read at a time; by default as many as processors, 2 to 8
#   verifyAfter: true  # prove each backup right after it was taken
#   checksums: false   # sum every table up in the snapshot, for proofs by restoring to compare; reads every row once more
`;
}

function peopleSection({ source, osUser, slackChannel }: FoundingAnswers): string {
  const roles =
    '# Roles: viewer looks; operator takes backups and verifies; approver approves; admin configures. "*" stands for every source.';
  const everybody = `everybody: { slack: "*", roles: { ${source}: [viewer] } }`;
  if (slackChannel === undefined) {
    return `# Who may do what. Without people (and without slack) whoever runs tidemark here is admin.
${roles}
# people:
#   asha: { slack: U012AB3CD, os: asha, email: asha@example.org, roles: { "*": [admin] } }
#   ${everybody}
`;
  }
  return `# Who may do what, in Slack and in a shell.
${roles}
people:
  # Add slack: and your member id (in Slack: profile, "Copy member ID"), to be the same person there.
  ${scalar(osUser)}: { os: ${scalar(osUser)}, roles: { "*": [admin] } }
  ${everybody}
`;
}

function slackSection(channel: string | undefined): string {
  const lines = [
    `slack:`,
    `  channel: ${scalar(channel ?? '#db-ops')}`,
    '  appToken: { env: SLACK_APP_TOKEN }  # begins with xapp-',
    '  botToken: { env: SLACK_BOT_TOKEN }  # begins with xoxb-',
    '  # Over HTTP, signingSecret and port stand in place of appToken: the README says how.',
  ];
  if (channel !== undefined) return `${lines.join('\n')}\n`;
  return `# The app's manifest is manifest.yml; the README leads from there to the first report.\n${lines.map((line) => `# ${line}`).join('\n')}\n`;
}

/** Plain where YAML cannot take it for anything else, in quotes otherwise. */
function scalar(text: string): string {
  return /^[A-Za-z/][A-Za-z0-9/._-]*$/.test(text) && !/^(true|false|yes|no|on|off|null)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
