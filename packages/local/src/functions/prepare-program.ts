// Which runtime makes a function's code ready to run.
import type { Journal } from '../journal/journal.ts';
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
  readonly journal: Journal;
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
  { memory, processes, journal }: ProgramPlatform,
): Promise<Program> {
  if (runtime.startsWith('provided')) {
    const { ProvidedProgram } = await import('./provided/provided-program.ts');
    return new ProvidedProgram(await placeCode(code), processes);
  }
  if (runtime.startsWith('python')) {
    const { preparePython } = await import('./python/prepare-python.ts');
    return await preparePython(code, { handler, runtime }, { processes, journal });
  }
  return new NodeProgram(await bundleCode(code, handler, runtime), memory);
}
