// Loads a function's script and finds its handler, as Lambda's Node runtime does: the names of errors are its own
// (aws-lambda-nodejs-runtime-interface-client).
import type { WorkerStart } from '../worker/messages.ts';

export type Done = (error?: unknown, result?: unknown) => void;
export type UserHandler = (event: unknown, context: object, callback: Done) => unknown;

/** Calls one of the two, once. By callbacks, because a handler may itself have a `then`. */
export function loadHandler(
  start: WorkerStart,
  { loaded, failed }: { readonly loaded: (handler: UserHandler) => void; readonly failed: (error: unknown) => void },
): void {
  const { createRequire } = process.getBuiltinModule('node:module');
  const { dirname } = process.getBuiltinModule('node:path');
  const vm = process.getBuiltinModule('node:vm');
  const loader = { importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };
  const refuse = () => {
    throw new Error('Earwitness does not run response streaming handlers (awslambda.streamifyResponse).');
  };
  Object.assign(globalThis, { awslambda: { streamifyResponse: refuse } });

  const findHandler = (exports: object): UserHandler => {
    let found: unknown = exports;
    for (const name of start.exportPath) found = (found as Record<string, unknown> | undefined)?.[name];
    if (typeof found === 'function') return found as UserHandler;
    const problem = found === undefined || found === null ? 'is undefined or not exported' : 'is not a function';
    const error = new Error(`${start.exportPath.join('.')} ${problem}`);
    error.name = 'Runtime.HandlerNotFound';
    throw error;
  };
  const fail = (error: unknown) => {
    if (error instanceof SyntaxError) error.name = 'Runtime.UserCodeSyntaxError';
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_MODULE_NOT_FOUND') return failed(error);
    const missing = new Error(String(error));
    missing.name = 'Runtime.ImportModuleError';
    failed(missing);
  };
  const finish = (exports: object) => {
    let handler: UserHandler;
    try {
      handler = findHandler(exports);
    } catch (error) {
      return fail(error);
    }
    loaded(handler);
  };

  if (start.format === 'esm') {
    const url = `data:text/javascript;base64,${Buffer.from(start.script).toString('base64')}`;
    // Not a plain import(): test runners rewrite that into calls of their own, which are not here.
    const load: (url: string) => Promise<object> = vm.runInThisContext('(url) => import(url)', loader);
    load(url).then(finish, fail);
    return;
  }
  const module = { exports: {} };
  try {
    const script = vm.compileFunction(start.script, ['exports', 'require', 'module', '__filename', '__dirname'], {
      filename: start.file,
      ...loader,
    });
    script.call(module.exports, module.exports, createRequire(start.file), module, start.file, dirname(start.file));
  } catch (error) {
    fail(error);
    return;
  }
  finish(module.exports);
}
