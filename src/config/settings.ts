import type { People } from '../domain/people.ts';
import type { RulesByScenario } from '../domain/recovery/approval-rule.ts';
import type { Schedules } from '../domain/schedule.ts';
import type { Validation } from '../domain/validation/validation.ts';

/** The configuration as the program uses it: defaults filled in, paths absolute, secrets fetched. Never log it. */
export interface Settings {
  /** The file it came from. */
  readonly file: string;
  readonly sources: readonly SourceSettings[];
  readonly repositories: { readonly primary: RepositorySettings; readonly copies: readonly CopySettings[] };
  /** Days; undefined where the usual number will do. */
  readonly warnWhenFullWithinDays?: number;
  /** The first encrypts, and those that say so; all decrypt. */
  readonly keys: readonly KeySettings[];
  readonly schedules: Schedules;
  readonly people?: People;
  readonly slack?: SlackSettings;
  /** Path of the state database. */
  readonly statePath: string;
  /** Where binlogs lie, in plain, until they are stored; a directory below it for each source. */
  readonly spoolPath: string;
  /** Undefined when there is nowhere to restore for proof. */
  readonly scratch?: ScratchSettings;
  readonly targets: readonly TargetSettings[];
  readonly approvals: { readonly rules: RulesByScenario; readonly stakeholders: readonly string[] };
  readonly backups: {
    readonly processes: number;
    readonly readers: number;
    readonly verifyAfter: boolean;
    readonly checksums: boolean;
  };
}

export interface ScratchSettings {
  readonly serverDirs: readonly string[];
  readonly dir: string;
  readonly maxBytes: number;
  readonly maxServers: number;
}

export interface SourceSettings {
  readonly name: string;
  readonly host?: string;
  readonly port: number;
  readonly socketPath?: string;
  readonly user: string;
  readonly password: string;
  readonly clientDir?: string;
  /** `ca` is the path of a PEM file. */
  readonly tls?: { readonly ca: string };
  readonly schemas?: readonly string[];
  readonly accounts: boolean;
  /** Where its reports go when not to the common channel. */
  readonly channel?: string;
  /** What its data is held to: what holds for all sources is in here too. */
  readonly validation?: Validation;
  /** Whom approved steps log in as. */
  readonly restore?: { readonly user: string; readonly password: string; readonly keepTablesDays: number };
  /** The folder of its rollback scripts. */
  readonly rollbacks?: string;
}

/** A server that a recovery may go to. */
export type TargetSettings = Pick<
  SourceSettings,
  'name' | 'host' | 'port' | 'socketPath' | 'user' | 'password' | 'clientDir' | 'tls'
>;

export interface LocalSettings {
  /** `primary`, or the copy's name. */
  readonly name: string;
  readonly type: 'local';
  readonly path: string;
}

/** Credentials are never here: the SDK finds them. */
export interface S3BucketSettings {
  /** `primary`, or the copy's name. */
  readonly name: string;
  readonly type: 's3';
  readonly bucket: string;
  readonly prefix?: string;
  readonly region?: string;
  readonly sse?: 'aws:kms' | 'AES256' | 'none';
  readonly kmsKeyId?: string;
  readonly endpoint?: string;
  readonly forcePathStyle?: boolean;
  readonly partMegabytes?: number;
}

export type RepositorySettings = LocalSettings | S3BucketSettings;

export type CopySettings = RepositorySettings & {
  /** Milliseconds that it may be behind; undefined where the usual bound will do. */
  readonly maxLag?: number;
};

export type KeySettings = KeyFileSettings | KmsKeySettings;

export interface KeyFileSettings {
  readonly id: string;
  readonly file: string;
  /** Whether new backups are wrapped under it. */
  readonly encrypts: boolean;
}

/** Credentials are never here: the SDK finds them. */
export interface KmsKeySettings {
  readonly id: string;
  /** The key's ARN, which names its region. */
  readonly kms: string;
  readonly endpoint?: string;
  readonly encrypts: boolean;
}

export interface SlackSettings {
  readonly channel: string;
  readonly botToken: string;
  readonly transport:
    | { readonly kind: 'socket-mode'; readonly appToken: string }
    | { readonly kind: 'http'; readonly signingSecret: string; readonly host: string; readonly port: number };
  readonly apiUrl?: string;
}
