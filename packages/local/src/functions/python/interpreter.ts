// The Python that runs functions: of those on this machine's PATH the one that fits a runtime best. `python3.12` for
// python3.12, else what `python3` and `python` are, 3.9 or later. What a name leads to (a virtual environment, a shim
// of pyenv) is asked of the interpreter itself, which compiles our bootstrap at the same time: once, not at every
// start.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createFolder } from '../code/temporary-folder.ts';
import { source as bootstrap } from './bootstrap.generated.ts';
import { source as snapshotHooks } from './snapshot_restore_py.generated.ts';

export interface Interpreter {
  /** `python3`: by which it was found on the PATH. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  /** `3.11.7` */
  readonly version: string;
  /** The bootstrap, compiled by it. Absolute. */
  readonly bootstrap: string;
}

/** Ours: milliseconds in which an interpreter says what it is. */
const ANSWER_MS = 30_000;

/** Prints what it is on three lines: its file, its version, and where the compiled bootstrap is. */
const QUESTION = `
import os, py_compile, sys
if sys.version_info < (3, 9):
    sys.exit("too old")
source = os.path.join(sys.argv[1], "bootstrap.py")
compiled = os.path.join(sys.argv[1], f"bootstrap.{sys.implementation.cache_tag}.pyc")
py_compile.compile(source, cfile=compiled, dfile="/var/runtime/bootstrap.py", doraise=True)
print(sys.executable, "%d.%d.%d" % sys.version_info[:3], compiled, sep="\\n")
`;

const found = new Map<string, Promise<Interpreter | undefined>>();
let folder: Promise<string> | undefined;

/**
 * Returns `undefined` when there is none. The PATH is searched once for each runtime.
 * @param runtime `python3.12`
 */
export function findInterpreter(runtime: string, path = process.env['PATH'] ?? ''): Promise<Interpreter | undefined> {
  const key = `${runtime}\n${path}`;
  const known = found.get(key) ?? search(runtime, path);
  found.set(key, known);
  return known;
}

/** Why functions of a runtime do not run here, to follow the function's name; `undefined` when they do. */
export async function whyNoInterpreter(runtime: string): Promise<string | undefined> {
  if (await findInterpreter(runtime)) return undefined;
  const version = runtime.slice('python'.length);
  return `the runtime ${runtime} needs Python 3.9 or later on the PATH (install Python ${version})`;
}

/** Whether it is of the version that the runtime's name says. */
export function isOfRuntime({ version }: Interpreter, runtime: string): boolean {
  return `python${version}`.startsWith(`${runtime}.`);
}

async function search(runtime: string, path: string): Promise<Interpreter | undefined> {
  // At once: a shim of pyenv takes a third of a second to say what it leads to, or that it leads nowhere.
  const answers = await Promise.all([runtime, 'python3', 'python'].map((name) => ask(name, path)));
  const interpreters = answers.filter((answer) => answer !== undefined);
  return interpreters.find((interpreter) => isOfRuntime(interpreter, runtime)) ?? interpreters[0];
}

/** Returns `undefined` when there is no such program, or when it is too old. */
async function ask(name: string, path: string): Promise<Interpreter | undefined> {
  folder ??= createRuntimeFolder();
  const args = ['-I', '-c', QUESTION, await folder];
  const options = { env: { ...process.env, PATH: path }, timeout: ANSWER_MS };
  const answer = await promisify(execFile)(name, args, options).catch(() => undefined);
  const [file, version, compiled] = answer?.stdout.split(/\r?\n/) ?? [];
  return file && version && compiled ? { name, file, version, bootstrap: compiled } : undefined;
}

/** What is /var/runtime in Lambda. It goes when this process ends. */
async function createRuntimeFolder(): Promise<string> {
  const { path } = createFolder();
  await writeFile(join(path, 'bootstrap.py'), bootstrap);
  await writeFile(join(path, 'snapshot_restore_py.py'), snapshotHooks);
  return path;
}
