// The user asked for something that cannot be: a file that is missing, an option that does not parse, a port in use.

/** Shown without a stack trace; the process ends with code 2. */
export class UsageError extends Error {
  /** The system's code behind it, such as `EADDRINUSE`. */
  readonly code: string | undefined;

  constructor(message: string, options: ErrorOptions & { readonly code?: string } = {}) {
    super(message, options);
    this.name = 'UsageError';
    this.code = options.code;
  }
}
