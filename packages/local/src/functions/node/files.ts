// A function's files as they lie: what Lambda itself does with an archive that was not built. Its handler is required
// or imported from disk, so that computed imports, files beside it and LAMBDA_TASK_ROOT are what they are in the cloud.
//
// esbuild only reads along here: it finds what does not compile and which sources the function has. What it cannot
// resolve is Node's affair at run time, as in the cloud, except the packages that Lambda provides.
import { statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import type { BuildFailure, BuildResult, Message } from 'esbuild';
import { surveyLayerImports } from './layer-packages.ts';
import { detectsModules } from './node-version.ts';
import { isModuleByPackage } from './package-type.ts';
import { type Provision, surveyProvidedPackages } from './provided-packages.ts';

/** What there is to know of files that run as they lie. */
export interface Survey {
  /** What does not compile. */
  readonly errors: readonly Message[];
  /** Where the packages come from that Lambda provides. */
  readonly provision: Provision;
  /** It has ES modules that import from layers. */
  readonly importsLayers: boolean;
  /** `esm` when the handler's file is written so, whatever its name. */
  readonly syntax: 'cjs' | 'esm';
  /** Absolute paths of the function's own files. */
  readonly sources: readonly string[];
}

/**
 * Reads the handler's file and all that it imports by name.
 * @param layerPackages `node_modules` of layers
 */
export async function surveyFiles(
  root: string,
  source: string,
  layerPackages: readonly string[] = [],
): Promise<Survey> {
  const { build } = await import('esbuild');
  const provided = surveyProvidedPackages(layerPackages);
  const layers = surveyLayerImports(layerPackages);
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
    plugins: [layers.plugin, provided.plugin],
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
    importsLayers: layers.tell(),
    syntax: entry?.[1].format ?? 'cjs',
    sources: sources.length === 0 ? [source] : sources,
  };
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

/** When each file was last changed, in ms. */
export function readTimes(paths: readonly string[]): Map<string, number> {
  return new Map(paths.map((path) => [path, statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0]));
}

// What esbuild says of its own output (an ES module), and of packages and files that are not there.
function isNodesAffair(text: string): boolean {
  return /^Could not resolve|"esm" output format|[Tt]op-level await|ECMAScript module/.test(text);
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}
