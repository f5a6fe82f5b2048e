// Makes a function in Python ready to run, on the interpreter that fits its runtime best. One of another version is
// said, once for each runtime.
import type { Journal } from '../../journal/journal.ts';
import type { RunnableCode } from '../code/code.ts';
import { placeCode } from '../code/placed-code.ts';
import type { Processes } from '../process/processes.ts';
import { type Program, ProgramError } from '../program.ts';
import { findInterpreter, type Interpreter, isOfRuntime } from './interpreter.ts';
import { PythonProgram } from './python-program.ts';

/** Runtimes of which a cloud's journal says that another version runs them. */
const told = new WeakMap<Journal, Set<string>>();

/** @throws ProgramError, ZipError */
export async function preparePython(
  code: RunnableCode,
  {
    handler,
    runtime,
    optRoot,
  }: { readonly handler: string; readonly runtime: string; readonly optRoot?: string | undefined },
  { processes, journal }: { readonly processes: Processes; readonly journal: Journal },
): Promise<Program> {
  const interpreter = await findInterpreter(runtime);
  if (!interpreter) throw new ProgramError(`There is no Python, 3.9 or later, on the PATH.`);
  if (!isOfRuntime(interpreter, runtime)) tellVersion(interpreter, runtime, journal);
  const placed = await placeCode(code);
  try {
    return new PythonProgram({ code: placed, handler, optRoot }, interpreter, processes);
  } catch (error) {
    await placed.folder?.release();
    throw error;
  }
}

function tellVersion({ version, file }: Interpreter, runtime: string, journal: Journal): void {
  const runtimes = told.get(journal) ?? new Set();
  told.set(journal, runtimes);
  if (runtimes.has(runtime)) return;
  runtimes.add(runtime);
  const message = `Functions of the runtime ${runtime} run on Python ${version} (${file}): no other fits better.`;
  journal.record({ kind: 'warning', about: runtime, message });
}
