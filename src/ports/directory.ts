/** Who of the people still belongs there, as their chat says. */
export interface Directory {
  /** Whether an account was switched off; undefined where that cannot be told right now. Never fails, and never waits long. */
  isDeactivated(slackId: string): Promise<boolean | undefined>;
}
