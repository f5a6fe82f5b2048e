// Makes a function in Python ready to run, on the interpreter that fits its runtime best. One of another version is
// said, once for each runtime.
import type { Journal } from '../../journal/journal.ts';
import type { RunnableCode } from '../code/code.ts';
import { placeCode } from '../code/placed-code.ts';
import type { Processes } from '../process/processes.ts';
import { type Program, ProgramError } from '../program.ts';
import { tellVersion } from '../version-notice.ts';
import { compileBootstrap } from './compiled-bootstrap.ts';
import { findInterpreter, isOfRuntime } from './interpreter.ts';
import { PythonProgram } from './python-program.ts';

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
  if (!isOfRuntime(interpreter, runtime)) {
    const { version, file } = interpreter;
    const message = `Functions of the runtime ${runtime} run on Python ${version} (${file}): no other fits better.`;
    tellVersion(journal, runtime, message);
  }
  const start = { file: interpreter.file, bootstrap: await compileBootstrap(interpreter) };
  const placed = await placeCode(code);
  try {
    return new PythonProgram({ code: placed, handler, optRoot }, start, processes);
  } catch (error) {
    await placed.folder?.release();
    throw error;
  }
}
