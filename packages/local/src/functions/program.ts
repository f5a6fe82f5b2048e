// A function's code, ready to run. Each runtime makes it in its own way and opens environments of its own kind.
import type { Environment, EnvironmentOptions } from './environment.ts';

export interface Program {
  /** Where the function's files are: its LAMBDA_TASK_ROOT and working directory. Absolute. */
  readonly root: string;
  open(options: EnvironmentOptions): Environment;
  /** Whether a source file changed, came or went since it was made. */
  isStale(): boolean;
  /** Somebody runs it. */
  hold(): void;
  /** Somebody no longer does; after the last, files that were made for it are removed. */
  release(): Promise<void>;
}

/** The code is not there or cannot be run. The message is for the person who wrote it. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
}
