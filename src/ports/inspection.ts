/** A server that is asked questions, and never changed by them. */
export interface Inspection {
  /** For people and programs that look at it in their own way. */
  readonly address: ServerAddress;
  /**
   * Asks one question in a transaction that can only read, and takes no longer than its limit. What the server says against the question
   * itself is an answer. Failures: a source's (`source-unreachable`, `source-access`).
   */
  ask(question: Question, signal: AbortSignal): Promise<Answer>;
}

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  /** Where it is to be reached over a socket. */
  readonly socketPath?: string;
}

export interface Question {
  readonly sql: string;
  readonly values?: readonly unknown[];
  /** The schema that names without one are of. */
  readonly schema?: string;
  readonly limitMilliseconds: number;
  /** What NOW() is to say: of restored data, the moment that it is of. */
  readonly asOf?: Date;
  /** Rows that are wanted at most. */
  readonly mostRows: number;
}

export type Answer =
  | {
      readonly kind: 'answered';
      readonly columns: readonly string[];
      /** Every value as text; bytes in hex. */
      readonly rows: readonly (readonly (string | null)[])[];
      /** There are more rows than were wanted. */
      readonly more: boolean;
      /** How long the server took for it, the way there and back included. */
      readonly milliseconds: number;
    }
  /** `reason` holds no values of the data. */
  | { readonly kind: 'unanswered'; readonly timedOut: boolean; readonly reason: string };
