// Makes a function's code ready to run. JavaScript that nobody asked to build runs as it lies (files.ts). TypeScript,
// and what a template wants built (`BuildMethod: esbuild`), becomes one script with esbuild, which is loaded when the
// first function is made: everything the handler imports goes in, except Node's own modules, AWS SDK clients
// (provided-packages.ts) and the packages named as external. A handler that does not compile fails here, with esbuild's
// own message, file and line.
//
// The script is CommonJS (it loads fastest, and its name is free). Only a handler with top-level await is built as an
// ES module; in a process also one that is written as a module, so that it has a module's scope.
import { statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Isolation } from '@earwitness/protocol/internal/functions/isolation';
import type { BuildOptions, BuildResult, Message } from 'esbuild';
import type { RunnableCode } from '../code/code.ts';
import { placeCode } from '../code/placed-code.ts';
import type { TaskFolder } from '../code/task-folder.ts';
import { ProgramError } from '../program.ts';
import { loadingOf, readTimes, surveyFiles } from './files.ts';
import { describeSearch, findSource, type Handler, parseHandler } from './handler.ts';
import { findPackageFolders, leadFromOpt, resolveInLayers } from './layer-packages.ts';
import { hasModulesAbove, isModuleByPackage } from './package-type.ts';
import { isProvidedPackage, providePackages } from './provided-packages.ts';

/** A function's code, ready to run. */
export interface Bundle {
  /** `cjs`, `esm`: a script. `require`, `import`: the file as it lies. */
  readonly format: 'cjs' | 'esm' | 'require' | 'import';
  /** Empty for files. */
  readonly script: string;
  /** JSON; its sources are absolute paths. Empty for files. */
  readonly sourceMap: string;
  /**
   * The path under which the script runs: `require` and `__dirname` start there, stack frames bear it before they are
   * mapped. Or the file that runs.
   */
  readonly file: string;
  readonly exportPath: readonly string[];
  /** As the function is configured: `src/app.handler`. */
  readonly handler: string;
  /** Where the function's files are, and where stack traces show them. */
  readonly root: string;
  readonly shownRoot: string;
  /** The folder that stands for `/opt`; absent without layers. */
  readonly optRoot: string | undefined;
  /** A package.json above the files would make modules of its scripts; in the cloud there is none. */
  readonly hasModulesAbove: boolean;
  /** The files of an archive, which go away with their last function. */
  readonly folder?: TaskFolder;
  /** The user's own source files and when each was last changed (ms); empty for an archive. */
  readonly sources: ReadonlyMap<string, number>;
}

/** @throws ProgramError, ZipError */
export async function bundleCode(
  code: RunnableCode,
  handlerName: string,
  {
    runtime = 'nodejs20.x',
    optRoot,
    isolation = 'worker',
  }: {
    /** `nodejs22.x`: decides how files are loaded. */
    readonly runtime?: string;
    /** The folder that stands for `/opt`. */
    readonly optRoot?: string | undefined;
    /** In a process, what is written as a module stays one. */
    readonly isolation?: Isolation;
  } = {},
): Promise<Bundle> {
  const handler = parseHandler(handlerName);
  if (!handler) {
    throw new ProgramError(`Bad handler '${handlerName}': it must look like 'file.export', without '..' in it.`);
  }
  const layerPackages = findPackageFolders(optRoot, runtime);
  const { folder, ...place } = await placeCode(code, layerPackages);
  const building = code.kind === 'directory' ? code : { entries: [], external: [], isBuilt: false };
  const job = { ...place, handler, handlerName, runtime, isolation, optRoot, layerPackages, ...building };
  try {
    const bundle = building.isBuilt ? undefined : await takeFiles(job, findCode(job));
    return { ...(bundle ?? (await build(job, findCode(job)))), ...(folder && { folder }) };
  } catch (error) {
    await folder?.release();
    throw error;
  }
}

/** Whether a source file changed (or went) since the bundle was made. */
export function isStale(bundle: Bundle): boolean {
  for (const [path, modifiedAt] of bundle.sources) {
    if (statSync(path, { throwIfNoEntry: false })?.mtimeMs !== modifiedAt) return true;
  }
  return false;
}

interface Job {
  /** Where the files are. */
  readonly root: string;
  /** Where the function believes them to be. */
  readonly shownRoot: string;
  readonly handler: Handler;
  readonly handlerName: string;
  readonly runtime: string;
  readonly optRoot: string | undefined;
  /** `node_modules` of layers, the one that wins last. */
  readonly layerPackages: readonly string[];
  readonly isolation: Isolation;
  /** A template wants it so. */
  readonly format?: 'esm';
  readonly entries: readonly string[];
  readonly external: readonly string[];
}

function findCode({ root, shownRoot, handler, entries, optRoot }: Job): string {
  const { module } = handler;
  // Layers bring handlers that call the function's own. Source: aws-lambda-ric, UserFunction.js (`path.resolve`).
  const isInLayer = optRoot !== undefined && module.startsWith('/opt/');
  const source = isInLayer
    ? findSource('/', { ...handler, module: leadFromOpt(module, optRoot) }, [])
    : findSource(root, handler, entries);
  if (source !== undefined) return source;
  throw new ProgramError(`The handler's file was not found: ${describeSearch(shownRoot, handler, entries)}.`);
}

/** The files as they lie; `undefined` when they have to be built. */
async function takeFiles(job: Job, source: string): Promise<Bundle | undefined> {
  if (!/\.[cm]?js$/.test(source)) return undefined;
  const { root, runtime, layerPackages } = job;
  const { errors, provision, importsLayers, syntax, sources } = await surveyFiles(root, source, layerPackages);
  if (errors.length > 0) throw new ProgramError(errors.map(describeMessage).join('\n'));
  if (provision.kind === 'missing') throw new ProgramError(provision.text);
  // What only the project has, Node does not find from here: the bundle names it by its path.
  if (provision.kind === 'project') return undefined;
  const format = loadingOf(root, source, { syntax, runtime });
  // ES modules of Node know no NODE_PATH, Lambda's do.
  // Source: AWS Compute Blog, "Node.js 18.x runtime now available in AWS Lambda" ("ES module resolution").
  if (format === 'import' && importsLayers) return undefined;
  return {
    ...placeOf(job),
    format,
    script: '',
    sourceMap: '',
    file: source,
    hasModulesAbove: hasModulesAbove(root),
    sources: root === job.shownRoot ? readTimes(sources) : new Map(),
  };
}

function placeOf({ handler, handlerName, root, shownRoot, optRoot }: Job) {
  return { exportPath: handler.exportPath, handler: handlerName, root, shownRoot, optRoot };
}

async function build(job: Job, source: string): Promise<Bundle> {
  const { format, result } = await runInFormat(job, source);
  if (result.errors.length > 0) throw new ProgramError(result.errors.map(describeMessage).join('\n'));
  const text = (extension: string) => result.outputFiles?.find((file) => file.path.endsWith(extension))?.text ?? '';
  return {
    ...placeOf(job),
    format,
    hasModulesAbove: false,
    script: text('.js'),
    sourceMap: showSources(text('.map'), job),
    file: join(job.shownRoot, dirname(relative(job.root, source)), 'index.js'),
    sources: job.root === job.shownRoot ? readTimes(ownInputs(result, job.root)) : new Map(),
  };
}

async function runInFormat(job: Job, source: string): Promise<{ format: 'cjs' | 'esm'; result: BuildResult }> {
  if (job.isolation === 'worker' || !isModule(job, source)) {
    const result = await run(job, source, 'cjs');
    if (!needsModule(result)) return { format: 'cjs', result };
  }
  return { format: 'esm', result: await run(job, source, 'esm') };
}

/** Whether it would be built as a module for the cloud, as far as can be seen. */
function isModule({ root, format }: Job, source: string): boolean {
  return format === 'esm' || source.endsWith('.mts') || isModuleByPackage(root, source);
}

/** Returns also when the code does not compile: then `errors` is not empty. */
async function run(job: Job, source: string, format: 'cjs' | 'esm'): Promise<BuildResult> {
  const { build } = await import('esbuild');
  const shownSource = join(job.shownRoot, relative(job.root, source));
  const options: BuildOptions = {
    entryPoints: [source],
    absWorkingDir: job.root,
    bundle: true,
    write: false,
    metafile: true,
    logLevel: 'silent',
    platform: 'node',
    target: `node${process.versions.node}`,
    format,
    outfile: join(job.root, 'index.js'),
    sourcemap: 'external',
    sourcesContent: false,
    legalComments: 'none',
    external: job.external.filter((name) => !isProvidedPackage(name)),
    plugins: [
      ...(job.optRoot === undefined ? [] : [resolveInLayers({ ...job, optRoot: job.optRoot, format })]),
      providePackages({ ...job, isTemporary: job.root !== job.shownRoot, format }),
    ],
    define: {
      'import.meta.url': JSON.stringify(pathToFileURL(shownSource).href),
      'import.meta.filename': JSON.stringify(shownSource),
      'import.meta.dirname': JSON.stringify(dirname(shownSource)),
    },
  };
  // Packages in CommonJS call `require` for Node's modules; an ES module has none.
  if (format === 'esm') {
    const origin = JSON.stringify(pathToFileURL(shownSource).href);
    options.banner = { js: `const require = process.getBuiltinModule('node:module').createRequire(${origin});` };
  }
  try {
    return await build(options);
  } catch (error) {
    const { errors } = error as Partial<BuildResult>;
    if (!errors) throw error;
    return { errors, warnings: [], outputFiles: [], metafile: { inputs: {}, outputs: {} }, mangleCache: {} };
  }
}

// esbuild tells this case by its text only.
function needsModule(result: BuildResult): boolean {
  return result.errors.some((error) =>
    error.text.includes('Top-level await is currently not supported with the "cjs"'),
  );
}

function describeMessage({ text, location }: Message): string {
  if (!location) return text;
  return `${location.file}:${location.line}:${location.column + 1}: ${text}\n    ${location.lineText.trim()}`;
}

// The map's sources are relative to the output file, which stands in the root.
function showSources(sourceMap: string, job: Job): string {
  if (sourceMap === '') return sourceMap;
  const map = JSON.parse(sourceMap) as { sources: string[] };
  map.sources = map.sources.map((source) => {
    const path = resolve(job.root, source);
    const inside = relative(job.root, path);
    return inside.startsWith('..') || isAbsolute(inside) ? path : join(job.shownRoot, inside);
  });
  return JSON.stringify(map);
}

function ownInputs(result: BuildResult, root: string): string[] {
  return Object.keys(result.metafile?.inputs ?? {})
    .filter((input) => !input.includes('node_modules/') && !input.includes(':'))
    .map((input) => resolve(root, input));
}
