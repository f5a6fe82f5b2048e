// The user asked for something that cannot be: a file that is missing, an option that does not parse, a port in use.
import type { Line } from '../printing/line.ts';

/** Shown without a stack trace; the process ends with code 2. */
export class UsageError extends Error {
  /** The system's code behind it, such as `EADDRINUSE`. */
  readonly code: string | undefined;
  /** Lines to show below the message, such as what a tool printed. */
  readonly details: readonly Line[];

  constructor(
    message: string,
    options: ErrorOptions & { readonly code?: string; readonly details?: readonly Line[] } = {},
  ) {
    super(message, options);
    this.name = 'UsageError';
    this.code = options.code;
    this.details = options.details ?? [];
  }
}
