// What the runtime is told of a function's code, in whatever it runs.
import { pathToFileURL } from 'node:url';
import { isInspected } from '../../inspector.ts';
import type { Bundle } from './bundle.ts';
import { detectsModules, majorOf } from './node-version.ts';

/** What the runtime needs to load a function's handler, in whatever it runs. */
export interface HandlerStart {
  readonly format: 'cjs' | 'esm' | 'require' | 'import';
  readonly script: string;
  readonly sourceMap: string;
  readonly file: string;
  readonly exportPath: readonly string[];
  /** As the function is configured, for messages. */
  readonly handler: string;
  /** Where the function's files are: its working directory. */
  readonly root: string;
  /** What stack traces show in its place. */
  readonly shownRoot: string;
  /** The folder that stands for `/opt`. */
  readonly optRoot: string | undefined;
  readonly hasModulesAbove: boolean;
  /** Whether a handler may answer by callback. */
  readonly takesCallbacks: boolean;
  /** The name of the runtime's own frames in a stack trace. */
  readonly runtimeFile: string;
}

/** @param runtime `nodejs22.x` */
export function startOf(bundle: Bundle, runtime: string): Omit<HandlerStart, 'runtimeFile'> {
  const { format, script, sourceMap, file, exportPath, handler, root, shownRoot, optRoot, hasModulesAbove } = bundle;
  return {
    format,
    script: sourceMap !== '' && isInspected() ? withSourceMap(bundle) : script,
    sourceMap,
    file,
    exportPath,
    handler,
    root,
    shownRoot,
    optRoot,
    hasModulesAbove,
    takesCallbacks: majorOf(runtime) < 24,
  };
}

/**
 * Flags of Node. Node 20.19 and later guess at modules; Lambda's runtimes before Node.js 24 do not. Source: Lambda
 * developer guide, Node.js runtimes, "experimental features".
 */
export function flagsOf(runtime: string): readonly string[] {
  return detectsModules(runtime) ? [] : ['--no-experimental-detect-module', '--no-experimental-require-module'];
}

/** A debugger finds the user's own files by it. Its sources are paths, and debuggers want URLs. */
function withSourceMap({ script, sourceMap }: Bundle): string {
  const map = JSON.parse(sourceMap) as { sources: string[] };
  const sources = map.sources.map((source) => pathToFileURL(source).href);
  const base64 = Buffer.from(JSON.stringify({ ...map, sources })).toString('base64');
  return `${script}\n//# sourceMappingURL=data:application/json;base64,${base64}\n`;
}
