// Which runtime makes a function's code ready to run.
import type { RunnableCode } from './code/code.ts';
import { placeCode } from './code/placed-code.ts';
import { bundleCode } from './node/bundle.ts';
import { NodeProgram } from './node/node-program.ts';
import type { Processes } from './process/processes.ts';
import type { Program } from './program.ts';
import type { MemoryWatch } from './worker/memory-watch.ts';

/** What the programs of one cloud share. */
export interface ProgramPlatform {
  readonly memory: MemoryWatch;
  readonly processes: Processes;
}

interface ProgramSettings {
  readonly handler: string;
  /** `nodejs22.x` */
  readonly runtime: string;
}

/** @throws ProgramError, ZipError */
export async function prepareProgram(
  code: RunnableCode,
  { handler, runtime }: ProgramSettings,
  { memory, processes }: ProgramPlatform,
): Promise<Program> {
  if (runtime.startsWith('provided')) {
    const { ProvidedProgram } = await import('./provided/provided-program.ts');
    return new ProvidedProgram(await placeCode(code), processes);
  }
  return new NodeProgram(await bundleCode(code, handler, runtime), memory);
}
