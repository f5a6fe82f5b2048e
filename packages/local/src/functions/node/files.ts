// A function's files as they lie: what Lambda itself does with an archive that was not built. Its handler is required
// or imported from disk, so that computed imports, files beside it and LAMBDA_TASK_ROOT are what they are in the cloud.
//
// esbuild only reads along here: it finds what does not compile and which sources the function has. What it cannot
// resolve is Node's affair at run time, as in the cloud, except the packages that Lambda provides.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { BuildFailure, BuildResult, Message } from 'esbuild';
import { type Provision, surveyProvidedPackages } from './provided-packages.ts';

/** What there is to know of files that run as they lie. */
export interface Survey {
  /** What does not compile. */
  readonly errors: readonly Message[];
  /** Where the packages come from that Lambda provides. */
  readonly provision: Provision;
  /** `esm` when the handler's file is written so, whatever its name. */
  readonly syntax: 'cjs' | 'esm';
  /** Absolute paths of the function's own files. */
  readonly sources: readonly string[];
}

/** Reads the handler's file and all that it imports by name. */
export async function surveyFiles(root: string, source: string): Promise<Survey> {
  const { build } = await import('esbuild');
  const provided = surveyProvidedPackages();
  const result = await build({
    entryPoints: [source],
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    logLevel: 'silent',
    platform: 'node',
    target: `node${process.versions.node}`,
    format: 'esm',
    packages: 'external',
    loader: { '.node': 'empty' },
    plugins: [provided.plugin],
    outdir: root,
  }).catch((error: unknown) => {
    if (!isBuildFailure(error)) throw error;
    return { errors: error.errors, metafile: { inputs: {} as BuildResult<{ metafile: true }>['metafile']['inputs'] } };
  });
  const inputs = Object.entries(result.metafile.inputs).filter(([path]) => !path.includes(':'));
  const entry = inputs.find(([path]) => resolve(root, path) === source);
  const sources = inputs.map(([path]) => resolve(root, path)).filter((path) => !path.includes('/node_modules/'));
  return {
    errors: result.errors.filter(({ text }) => !isNodesAffair(text)),
    provision: provided.tell(),
    syntax: entry?.[1].format ?? 'cjs',
    sources: sources.length === 0 ? [source] : sources,
  };
}

/** Whether the function's own package.json makes modules of its `.js` files. One above the function does not travel. */
export function isModuleByPackage(root: string, file: string): boolean {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (basename(folder) === 'node_modules') return false;
    const path = join(folder, 'package.json');
    if (existsSync(path)) return readType(path) === 'module';
    if (folder === root || folder === dirname(folder)) return false;
  }
}

/** Whether a package.json above the function would make modules of its `.js` files, which it does not in the cloud. */
export function hasModulesAbove(root: string): boolean {
  return dirname(root) !== root && isModuleByPackage('/', root);
}

/** How Lambda's runtime loads the file: `runtime` is `nodejs22.x`. */
export function loadingOf(
  root: string,
  file: string,
  { syntax, runtime }: { readonly syntax: Survey['syntax']; readonly runtime: string },
): 'require' | 'import' {
  const extension = extname(file);
  if (extension === '.mjs') return 'import';
  if (extension === '.cjs') return 'require';
  if (isModuleByPackage(root, file)) return 'import';
  // aws-lambda-ric 3.3 requires what is no module by its name or package; 4.0.2 (Node.js 24) imports whatever it is.
  return syntax === 'esm' && detectsModules(runtime) ? 'import' : 'require';
}

/** Whether Node tells modules by their syntax there. Source: aws-lambda-ric 4.0.2, module-loader.js. */
export function detectsModules(runtime: string): boolean {
  return majorOf(runtime) >= 24;
}

/** `nodejs22.x` → 22 */
export function majorOf(runtime: string): number {
  return Number(/^nodejs(\d+)/.exec(runtime)?.[1] ?? 0);
}

/** When each file was last changed, in ms. */
export function readTimes(paths: readonly string[]): Map<string, number> {
  return new Map(paths.map((path) => [path, statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0]));
}

// What esbuild says of its own output (an ES module), and of packages and files that are not there.
function isNodesAffair(text: string): boolean {
  return /^Could not resolve|"esm" output format|[Tt]op-level await|ECMAScript module/.test(text);
}

function readType(path: string): unknown {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof parsed === 'object' && parsed !== null && 'type' in parsed ? parsed.type : undefined;
  } catch {
    return undefined;
  }
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}
