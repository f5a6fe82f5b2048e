// A function as the library's frames hold it.
import type { Frame, Session } from '../session.ts';
import { sessionOf } from '../session.ts';

export interface Definition {
  readonly _jsonata_function: true;
  readonly implementation: Implementation;
  readonly signature?: unknown;
}

export type Implementation = (this: Focus, ...args: unknown[]) => unknown;

export interface Focus {
  readonly environment: Frame;
  readonly input: unknown;
}

/** What a function does, with the evaluation that it is part of. */
export type Run = (session: Session, args: readonly unknown[], focus: Focus) => unknown;

/**
 * @param arity how many arguments it takes: the library asks a function's `length`, and for a partial application reads
 *   the parameters' names in its source
 */
export function implement(arity: number, run: Run): Implementation {
  const implementation: Implementation = function (...args) {
    const session = sessionOf(this.environment);
    const result = run(session, args, this);
    session.meter.hold(result);
    return result;
  };
  const names = Array.from({ length: arity }, (_, index) => `a${index}`).join(', ');
  return Object.defineProperties(implementation, {
    length: { value: arity },
    toString: { value: () => `function (${names}) {}` },
  });
}
