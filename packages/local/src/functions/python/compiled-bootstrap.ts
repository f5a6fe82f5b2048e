// Our bootstrap as an interpreter's own bytecode: compiled once, not at every start of a function.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createFolder } from '../code/temporary-folder.ts';
import { ProgramError } from '../program.ts';
import { source as bootstrap } from './bootstrap.generated.ts';
import type { Interpreter } from './interpreter.ts';
import { source as snapshotHooks } from './snapshot_restore_py.generated.ts';

/** Prints where the compiled bootstrap is. */
const COMPILE = `
import os, py_compile, sys
source = os.path.join(sys.argv[1], "bootstrap.py")
compiled = os.path.join(sys.argv[1], f"bootstrap.{sys.implementation.cache_tag}.pyc")
py_compile.compile(source, cfile=compiled, dfile="/var/runtime/bootstrap.py", doraise=True)
print(compiled)
`;

const compiled = new Map<string, Promise<string>>();
let folder: Promise<string> | undefined;

/** Returns its absolute path. @throws ProgramError when the interpreter does not compile it */
export function compileBootstrap({ file }: Interpreter): Promise<string> {
  const known = compiled.get(file) ?? compile(file);
  compiled.set(file, known);
  return known;
}

async function compile(file: string): Promise<string> {
  folder ??= createRuntimeFolder();
  const args = ['-I', '-S', '-c', COMPILE, await folder];
  const { stdout } = await promisify(execFile)(file, args).catch((cause: unknown) => {
    throw new ProgramError(`The Python ${file} does not compile the runtime's own program.`, { cause });
  });
  return stdout.trimEnd();
}

/** What is /var/runtime in Lambda. It goes when this process ends. */
async function createRuntimeFolder(): Promise<string> {
  const { path } = createFolder();
  await writeFile(join(path, 'bootstrap.py'), bootstrap);
  await writeFile(join(path, 'snapshot_restore_py.py'), snapshotHooks);
  return path;
}
