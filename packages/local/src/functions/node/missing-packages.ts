// What a function's code says before it is deployed: what does not compile, and which npm packages it imports that are
// not installed, with the command that installs them. A package that the code can do without (a require inside try)
// is not missing.
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import type { BuildFailure, Message, Plugin } from 'esbuild';
import type { Code } from '../code/code.ts';
import { type Doubt, findLackingHandler, inlineHandlerText, NODE } from '../code/lacking-handler.ts';
import { findBuiltName } from '../layers/unbuilt.ts';
import { canResolve } from './can-resolve.ts';
import { describeSearch, findSource, parseHandler } from './handler.ts';
import { findPackageFolders, isInLayers } from './layer-packages.ts';
import { isProvidedPackage } from './provided-packages.ts';

export interface CodeReport {
  /** Why the code cannot be deployed. */
  readonly errors: readonly string[];
  readonly missing: readonly MissingPackage[];
  /** What is probably not meant. */
  readonly doubt?: Doubt | undefined;
}

export interface MissingPackage {
  /** `axios`, or `src/package.json` for all that this file names. */
  readonly name: string;
  /** `npm install axios` */
  readonly command: string;
}

/**
 * Reads the code in a directory of this machine; nothing of it is run or written.
 * @param layers the function's layers that are directories
 */
export async function reportCode(
  code: Code & { readonly kind: 'directory' },
  handlerName: string,
  { layers, runtime }: { readonly layers: readonly string[]; readonly runtime: string },
): Promise<CodeReport> {
  const handler = parseHandler(handlerName);
  if (handler?.module.startsWith('/opt/')) return { errors: [], missing: [] };
  if (!handler) return { errors: [`Bad handler '${handlerName}': it must look like 'file.export'.`], missing: [] };
  const source = findSource(code.path, handler, code.entries);
  if (source === undefined) {
    const searched = describeSearch(code.path, handler, code.entries);
    return { errors: [`The handler's file was not found: ${searched}.`], missing: [] };
  }
  const layerPackages = layers.flatMap((folder) => packagesOfLayer(folder, runtime));
  const found = await report({ entryPoints: [source], root: code.path, external: code.external, layerPackages });
  // What a layer declares is to be installed there: reportLayer says so.
  const isOfLayer = ({ name }: MissingPackage) => layers.some((folder) => isDeclared(folder, name));
  const doubt = findLackingHandler(
    { file: relative(code.path, source), text: readFileSync(source, 'utf8'), name: handler.exportPath[0] ?? '' },
    NODE,
  );
  return { ...found, missing: found.missing.filter((missing) => !isOfLayer(missing)), doubt };
}

function packagesOfLayer(folder: string, runtime: string): string[] {
  return findBuiltName(folder) === 'nodejs' ? [join(folder, 'node_modules')] : findPackageFolders(folder, runtime);
}

/** What a layer's folder that is still to be built declares, where none of it is installed. */
export function reportLayer(folder: string): MissingPackage[] {
  if (findBuiltName(folder) !== 'nodejs' || existsSync(join(folder, 'node_modules'))) return [];
  if (!declaresPackages(folder)) return [];
  const shown = relative(process.cwd(), folder);
  return [{ name: join(shown, 'package.json'), command: `npm install --prefix ${shown}` }];
}

/** Reads code that a template holds: there, what Lambda does not provide cannot be installed. */
export async function reportInlineCode(text: string, handlerName: string): Promise<CodeReport> {
  const handler = parseHandler(handlerName);
  if (handler?.module !== 'index') return { errors: [inlineHandlerText(handlerName, 'index.js')], missing: [] };
  const doubt = findLackingHandler({ file: 'index.js', text, name: handler.exportPath[0] ?? '' }, NODE);
  const names = [...text.matchAll(/['"](@[\w.-]+\/[\w./-]+)['"]/g)].map(([, name = '']) => name);
  if (!names.some(isProvidedPackage)) return { errors: [], missing: [], doubt };
  const stdin = { contents: text, resolveDir: process.cwd(), sourcefile: 'index.js' };
  const { missing } = await report({ stdin, root: process.cwd(), external: [], layerPackages: [] });
  return { errors: [], missing: missing.filter(({ name }) => isProvidedPackage(`${name}/`)), doubt };
}

async function report(job: {
  readonly entryPoints?: string[];
  readonly stdin?: { readonly contents: string; readonly resolveDir: string; readonly sourcefile: string };
  readonly root: string;
  readonly external: readonly string[];
  readonly layerPackages: readonly string[];
}): Promise<CodeReport> {
  const { root, external, layerPackages, ...entry } = job;
  const { build } = await import('esbuild');
  const unresolved = new Map<string, string>();
  const result = await build({
    ...entry,
    absWorkingDir: root,
    bundle: true,
    write: false,
    logLevel: 'silent',
    platform: 'node',
    format: 'esm',
    external: [...external],
    loader: { '.node': 'empty' },
    plugins: [findPackages(unresolved, layerPackages)],
    outdir: root,
  }).catch((error: unknown) => {
    if (isBuildFailure(error)) return { errors: error.errors };
    throw error;
  });
  const told = result.errors.map(({ text }) => /^Could not resolve "(.*)"/.exec(text)?.[1]);
  const missing = new Map<string, MissingPackage>();
  for (const path of told) {
    const importer = path === undefined ? undefined : unresolved.get(path);
    if (path === undefined || importer === undefined) continue;
    const found = howToInstall(packageOf(path), importer);
    missing.set(found.command, found);
  }
  const errors = result.errors
    .filter((_, index) => !unresolved.has(told[index] ?? ''))
    .filter(({ text }) => !isOfFormat(text));
  return { errors: errors.map(describeMessage), missing: [...missing.values()] };
}

/** Lets be what Node finds, and notes the packages that it does not find, each with a file that imports it. */
function findPackages(unresolved: Map<string, string>, layerPackages: readonly string[]): Plugin {
  return {
    name: 'packages',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path, importer, kind, resolveDir }) => {
        if (kind === 'entry-point') return undefined;
        const from = importer === '' || importer === 'index.js' ? join(resolveDir, 'index.js') : importer;
        if (isBuiltin(path) || canResolve(from, path) || isInLayers(layerPackages, path))
          return { path, external: true };
        if (
          isProvidedPackage(path) &&
          (kind === 'dynamic-import' || canResolve(join(process.cwd(), 'index.js'), path))
        ) {
          return { path, external: true };
        }
        if (!importer.includes('/node_modules/')) unresolved.set(path, from);
        return undefined;
      });
    },
  };
}

/** `@scope/name/file` → `@scope/name` */
function packageOf(path: string): string {
  return path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');
}

function howToInstall(name: string, importer: string): MissingPackage {
  // Lambda provides it: the project needs it for its tests only.
  if (isProvidedPackage(`${name}/`)) return { name, command: `npm install --save-dev ${name}` };
  const folder = packageFolder(dirname(importer));
  const shown = folder === undefined ? '' : relative(process.cwd(), folder);
  const where = shown === '' ? '' : ` --prefix ${shown}`;
  if (folder !== undefined && isDeclared(folder, name)) {
    return { name: join(shown, 'package.json'), command: `npm install${where}` };
  }
  return { name, command: `npm install${where} ${name}` };
}

/** The nearest folder with a package.json, from `folder` upwards. */
function packageFolder(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) return at;
    if (at === dirname(at)) return undefined;
  }
}

function isDeclared(folder: string, name: string): boolean {
  return dependenciesOf(folder, ['dependencies', 'devDependencies', 'optionalDependencies']).includes(name);
}

function declaresPackages(folder: string): boolean {
  return dependenciesOf(folder, ['dependencies']).length > 0;
}

/** Names of packages in these sections of the folder's package.json. */
function dependenciesOf(folder: string, sections: readonly string[]): string[] {
  try {
    const parsed: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const all = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
    return all.flatMap(([section, value]) =>
      sections.includes(section) && typeof value === 'object' && value !== null ? Object.keys(value) : [],
    );
  } catch {
    return [];
  }
}

function describeMessage({ text, location }: Message): string {
  return location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text;
}

/** What esbuild says of its own output, an ES module, and of files that Node looks for at run time only. */
function isOfFormat(text: string): boolean {
  return /^Could not resolve|"esm" output format|[Tt]op-level await|ECMAScript module/.test(text);
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}
