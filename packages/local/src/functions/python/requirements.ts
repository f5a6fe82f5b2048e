// What a function in Python needs and nobody has installed, neither beside its code nor in the interpreter that would
// run it: said before it is deployed, with the command that installs it. Lambda brings boto3 and botocore along, this
// machine has to have them.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { RunnableCode } from '../code/code.ts';
import { type Doubt, findLackingHandler, inlineHandlerText, PYTHON } from '../code/lacking-handler.ts';
import type { CodeReport, MissingPackage } from '../node/missing-packages.ts';
import { findHandlerFile, handlerFiles, handlerFunction } from './handler.ts';
import { findInterpreter, type Interpreter } from './interpreter.ts';
import { OwnFiles } from './own-files.ts';
import { source } from './requirements.generated.ts';

/** What Lambda's runtimes for Python hold. Source: docs.aws.amazon.com/lambda/latest/dg/python-package.html */
const PROVIDED = /^[ \t]*(?:import|from)[ \t]+(boto3|botocore)\b/gm;

interface Asked {
  readonly handler: string;
  /** `python3.13` */
  readonly runtime: string;
  /** Folders of the function's layers. */
  readonly layers: readonly string[];
}

/** Reads the code in a directory of this machine; nothing of it is run or written. */
export async function reportPythonCode(
  { path }: RunnableCode & { readonly kind: 'directory' },
  { handler, runtime, layers }: Asked,
): Promise<CodeReport> {
  const expected = handlerFiles(handler);
  // A layer is as `sam build` makes it, or as it is before.
  const folders = [path, ...layers.flatMap((layer) => [join(layer, 'python'), layer])];
  const file = findHandlerFile(handler, folders);
  if (file === undefined && expected.length > 0) {
    const paths = expected.map((name) => join(path, name)).join(' or ');
    return { errors: [`The handler's file was not found: there is no ${paths}.`], missing: [] };
  }
  // One in a layer is the layer's business.
  const own = file !== undefined && existsSync(join(path, file)) ? readFileSync(join(path, file), 'utf8') : undefined;
  const doubt = own === undefined ? undefined : doubtOf(handler, file ?? '', own);
  const interpreter = await findInterpreter(runtime);
  if (!interpreter) return { errors: [], missing: [], doubt };
  const texts = new OwnFiles(path, file ?? '').files.map((own) => readFileSync(own, 'utf8'));
  const imported = providedIn(texts.join('\n'));
  const missing = await findMissing(interpreter, { folders, imported });
  return { errors: [], missing: howToInstall(missing, interpreter, path), doubt };
}

/** Reads code that a template holds: there, what Lambda does not provide cannot be installed. */
export async function reportInlinePython(
  text: string,
  { handler, runtime }: Omit<Asked, 'layers'>,
): Promise<CodeReport> {
  if (!handlerFiles(handler).includes('index.py'))
    return { errors: [inlineHandlerText(handler, 'index.py')], missing: [] };
  const doubt = doubtOf(handler, 'index.py', text);
  const imported = providedIn(text);
  const interpreter = imported.length > 0 ? await findInterpreter(runtime) : undefined;
  if (!interpreter) return { errors: [], missing: [], doubt };
  const missing = await findMissing(interpreter, { folders: [], imported });
  return { errors: [], missing: howToInstall(missing, interpreter), doubt };
}

function doubtOf(handler: string, file: string, text: string): Doubt | undefined {
  const name = handlerFunction(handler);
  return name === '' ? undefined : findLackingHandler({ file, text, name }, PYTHON);
}

function providedIn(text: string): string[] {
  return [...new Set([...text.matchAll(PROVIDED)].map(([, name = '']) => name))];
}

interface Missing {
  /** As requirements.txt names them. */
  readonly named: readonly string[];
  /** Imported, and not in requirements.txt. */
  readonly imported: readonly string[];
}

async function findMissing(
  { file }: Interpreter,
  asked: { readonly folders: readonly string[]; readonly imported: readonly string[] },
): Promise<Missing> {
  // With what the function has of the host, which is nothing: a PYTHONPATH would lead to packages that it does not
  // find.
  const { stdout } = await promisify(execFile)(file, ['-B', '-c', source, JSON.stringify(asked)], { env: {} });
  return JSON.parse(stdout) as Missing;
}

function howToInstall({ named, imported }: Missing, { name }: Interpreter, folder = ''): MissingPackage[] {
  const pip = `${name} -m pip install`;
  const requirements = join(relative(process.cwd(), folder), 'requirements.txt');
  const packages = imported.map((one) => ({ name: one, command: `${pip} ${one}` }));
  if (named.length === 0) return packages;
  return [{ name: `${named.join(', ')} of ${requirements}`, command: `${pip} -r ${requirements}` }, ...packages];
}
