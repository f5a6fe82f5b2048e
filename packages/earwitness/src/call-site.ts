// The line of a test that waits, or expects what cannot be expected: the stack is taken at once (cheap) and put into
// words only when somebody reads it.

/** Where a verb was called. */
export class CallSite {
  readonly #holder: { stack?: string } = {};

  /** @param verb the function or class the test called; it and everything it called are left out */
  constructor(verb: ((...args: never[]) => unknown) | (new (...args: never[]) => unknown)) {
    const limit = Error.stackTraceLimit;
    // A runner's matcher puts a dozen frames of its own between the test and the verb.
    Error.stackTraceLimit = 30;
    Error.captureStackTrace(this.#holder, verb);
    Error.stackTraceLimit = limit;
  }

  /** The caller's frames as in `Error.stack`, without those of Node, of node_modules and of the kit itself. */
  get frames(): string {
    return (this.#holder.stack ?? '').split('\n').slice(1).filter(isUserFrame).join('\n');
  }
}

/** The package: its sources, which source maps lead to, and what is built of them. */
const ownFolder = new URL(import.meta.url).pathname.replace(/(?<=\/)(src|dist)\/.*/, '');

function isUserFrame(frame: string): boolean {
  if (/\(node:|at node:|[\\/]node_modules[\\/]/.test(frame)) return false;
  return !frame.includes(ownFolder) || /\.test\.[cm]?[jt]sx?/.test(frame);
}
