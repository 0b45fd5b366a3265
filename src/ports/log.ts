/** Structured log lines, on stderr. Facts in `fields`, a plain sentence in `message`; never secrets, never row data. */
export interface Log {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}
