// The Python that runs functions: of those on this machine's PATH the one that fits a runtime best. `python3.12` for
// python3.12, else what `python3` and `python` are, 3.9 or later. What a name leads to (a virtual environment, a
// version manager's shim) is asked of the interpreter itself.
import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from './find-program.ts';

export interface Interpreter {
  /** `python3`: by which it was found on the PATH. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  /** `3.11.7` */
  readonly version: string;
}

/** Ours: milliseconds in which an interpreter says what it is. */
const ANSWER_MS = 30_000;

/** Prints what it is on two lines: its file and its version. */
const QUESTION = `
import sys
if sys.version_info < (3, 9):
    sys.exit("too old")
print(sys.executable, "%d.%d.%d" % sys.version_info[:3], sep="\\n")
`;

/** Of a file with a PATH, which a shim goes by. */
const asked = new Map<string, Promise<Pick<Interpreter, 'file' | 'version'> | undefined>>();
const found = new Map<string, Promise<Interpreter | undefined>>();

/**
 * Returns `undefined` when there is none. The PATH is searched once for each runtime, and each program asked once.
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
  const own = await ask(runtime, path);
  if (own && isOfRuntime(own, runtime)) return own;
  const answers = [own, ...(await Promise.all(['python3', 'python'].map((name) => ask(name, path))))];
  const interpreters = answers.filter((answer) => answer !== undefined);
  return interpreters.find((interpreter) => isOfRuntime(interpreter, runtime)) ?? interpreters[0];
}

/** Returns `undefined` when there is no such program, or when it is too old. */
async function ask(name: string, path: string): Promise<Interpreter | undefined> {
  const env = { ...process.env, PATH: path };
  const program = findProgram(name, { env, directory: process.cwd() });
  if (program === undefined) return undefined;
  const key = `${sameName(program)}\n${path}`;
  const answer = asked.get(key) ?? whatIs(program, env);
  asked.set(key, answer);
  const known = await answer;
  return known && { name, ...known };
}

async function whatIs(program: string, env: NodeJS.ProcessEnv): Promise<Omit<Interpreter, 'name'> | undefined> {
  // Without its site-packages (-S) it starts in a quarter of the time.
  const args = ['-I', '-S', '-c', QUESTION];
  const answer = await promisify(execFile)(program, args, { env, timeout: ANSWER_MS }).catch(() => undefined);
  const [file, version] = answer?.stdout.split(/\r?\n/) ?? [];
  return file && version ? { file, version } : undefined;
}

/** Of links beside one another, `python` to `python3` and that to `python3.12`, the file itself. */
function sameName(program: string): string {
  if (!isAbsolute(program)) return program;
  const file = realpathSync(program);
  return dirname(file) === dirname(program) ? file : program;
}
