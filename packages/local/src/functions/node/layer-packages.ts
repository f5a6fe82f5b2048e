// What a function's layers have for Node: packages in `nodejs/node_modules` (and in `nodejs/node24/node_modules` for
// one version of Node), and files that are named by their place, `/opt/nodejs/util.js`.
//
// Node looks for packages there by NODE_PATH, where the function has none of that name. ES modules do not read
// NODE_PATH and are built, with what they import from layers: its ES modules go in, CommonJS stays where it is.
// Source: docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html.
import { existsSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OnResolveResult, Plugin, ResolveResult } from 'esbuild';
import { canResolve } from './can-resolve.ts';
import { majorOf } from './node-version.ts';
import { isModuleByPackage } from './package-type.ts';

/** The folders of packages that are there, the one that wins last. */
export function findPackageFolders(optRoot: string | undefined, runtime: string): string[] {
  if (optRoot === undefined) return [];
  const folders = ['nodejs/node_modules', `nodejs/node${majorOf(runtime)}/node_modules`];
  return folders.map((folder) => join(optRoot, folder)).filter((folder) => existsSync(folder));
}

/**
 * NODE_PATH as Lambda sets it.
 * Recorded on AWS: LocalStack, tests/aws/services/lambda_/test_lambda_common, test_introspect_invoke.
 */
export function nodePathOf(
  runtime: string,
  { optRoot = '/opt', taskRoot }: { optRoot?: string | undefined; taskRoot: string },
) {
  const inLayers = [`nodejs/node${majorOf(runtime)}/node_modules`, 'nodejs/node_modules'];
  const folders = inLayers.map((folder) => join(optRoot, folder));
  return [...folders, '/var/runtime/node_modules', '/var/runtime', taskRoot].join(':');
}

/** `/opt/nodejs/util` in the folder that stands for `/opt`. */
export function leadFromOpt(path: string, optRoot: string): string {
  return join(optRoot, path.slice('/opt'.length));
}

/** The file of a package, or of one of its entry points; `undefined` when layers do not have it. */
export function findInLayers(packageFolders: readonly string[], name: string): string | undefined {
  const folder = folderWith(packageFolders, name);
  if (folder === undefined) return undefined;
  try {
    return createRequire(join(dirname(folder), 'index.js')).resolve(name);
  } catch {
    return undefined;
  }
}

/** Whether layers have the package that `name` is of. */
export function isInLayers(packageFolders: readonly string[], name: string): boolean {
  return folderWith(packageFolders, name) !== undefined;
}

/** A plugin that changes nothing, and afterwards tells whether ES modules import what only layers have. */
export function surveyLayerImports(packageFolders: readonly string[]): { readonly plugin: Plugin; tell(): boolean } {
  let isImported = false;
  const plugin: Plugin = {
    name: 'layer-imports',
    setup(build) {
      build.onResolve({ filter: FROM_LAYERS }, ({ path, importer, kind }) => {
        if (kind !== 'import-statement' && kind !== 'dynamic-import') return undefined;
        if (path.startsWith('/opt/')) isImported = true;
        else if (isInLayers(packageFolders, path) && !canResolve(importer, path)) isImported = true;
        return undefined;
      });
    },
  };
  return { plugin, tell: () => isImported };
}

/** A plugin that finds in layers what the function does not have itself. */
export function resolveInLayers(options: {
  readonly optRoot: string;
  readonly layerPackages: readonly string[];
  readonly format: 'cjs' | 'esm';
}): Plugin {
  const { optRoot, layerPackages, format } = options;
  const isAskedAgain = {};
  return {
    name: 'layers',
    setup(build) {
      const answer = ({ path, errors, external }: ResolveResult): OnResolveResult | undefined => {
        if (errors.length > 0) return undefined;
        if (external || isModule(path)) return { path, external };
        return { path: format === 'esm' ? pathToFileURL(path).href : path, external: true };
      };
      build.onResolve({ filter: FROM_LAYERS }, async ({ path, importer, kind, namespace, pluginData, resolveDir }) => {
        if (pluginData === isAskedAgain || kind === 'entry-point' || isBuiltin(path)) return undefined;
        const more = { kind, pluginData: isAskedAgain };
        if (path.startsWith('/opt/')) {
          return answer(await build.resolve(leadFromOpt(path, optRoot), { ...more, resolveDir: optRoot }));
        }
        const folder = folderWith(layerPackages, path);
        if (folder === undefined) return undefined;
        const own = await build.resolve(path, { ...more, importer, namespace, resolveDir });
        if (own.errors.length === 0) return own;
        return answer(await build.resolve(path, { ...more, resolveDir: dirname(folder) }));
      });
    },
  };
}

/** Names of packages, and files below `/opt`. */
const FROM_LAYERS = /^(?:[^./]|\/opt\/)/;

/** `@scope/name/file` is of the package `@scope/name`. */
function folderWith(packageFolders: readonly string[], name: string): string | undefined {
  const [first = '', second = ''] = name.split('/');
  return packageFolders.findLast((folder) => existsSync(join(folder, first, first.startsWith('@') ? second : '')));
}

function isModule(file: string): boolean {
  const extension = extname(file);
  if (extension === '.js') return isModuleByPackage('/', file);
  return !['.cjs', '.json', '.node'].includes(extension);
}
