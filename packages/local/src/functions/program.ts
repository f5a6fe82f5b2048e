// A function's code, ready to run. Each runtime makes it in its own way and opens environments of its own kind.
import type { Held } from './code/held-folder.ts';
import type { Environment, EnvironmentOptions } from './environment.ts';

export interface Program {
  /** Where the function's files are: its LAMBDA_TASK_ROOT and working directory. Absolute. */
  readonly root: string;
  open(options: EnvironmentOptions): Environment;
  /** Whether a source file changed, came or went since it was made. */
  isStale(): boolean;
  /** What was made on disk for it alone: whoever runs it holds them. */
  readonly folders: readonly Held[];
}

/** The code is not there or cannot be run. The message is for the person who wrote it. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
}
