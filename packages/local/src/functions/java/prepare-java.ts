// Makes a function in Java ready to run, on this machine's JDK. One that is older than the runtime is said, once for
// each runtime: classes built for the runtime do not load on it.
import type { Journal } from '../../journal/journal.ts';
import type { RunnableCode } from '../code/code.ts';
import { placeCode } from '../code/placed-code.ts';
import type { Processes } from '../process/processes.ts';
import { type Program, ProgramError } from '../program.ts';
import { tellVersion } from '../version-notice.ts';
import { compileBootstrap } from './bootstrap-classes.ts';
import { JavaProgram } from './java-program.ts';
import { findJdk, releaseOf } from './jdk.ts';

/** @throws ProgramError, ZipError */
export async function prepareJava(
  code: RunnableCode,
  {
    handler,
    runtime,
    optRoot,
  }: {
    readonly handler: string;
    readonly runtime: string;
    readonly optRoot?: string | undefined;
  },
  { processes, journal }: { readonly processes: Processes; readonly journal: Journal },
): Promise<Program> {
  const jdk = findJdk();
  if (!jdk) throw new ProgramError('There is no JDK: no javac on the PATH, and no JAVA_HOME.');
  const { version, java } = jdk;
  if (version !== undefined && releaseOf(version) < releaseOf(runtime)) {
    const message = `Functions of the runtime ${runtime} run on Java ${version} (${java}): it does not load classes that were built for a later one.`;
    tellVersion(journal, runtime, message);
  }
  const classes = await compileBootstrap(jdk);
  return new JavaProgram({ code: await placeCode(code), handler, optRoot }, { java, classes }, processes);
}
