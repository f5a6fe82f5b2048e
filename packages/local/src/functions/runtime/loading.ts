// Loads a function's script and finds its handler, as Lambda's Node runtime does: the names of errors are its own
// (aws-lambda-nodejs-runtime-interface-client).
import type { HandlerStart } from '../node/handler-start.ts';

export type Done = (error?: unknown, result?: unknown) => void;
/** Or `(event, stream, context)`, when it streams. */
export type UserHandler = (event: unknown, second: object, third: object) => unknown;

/** Calls one of the two, once. By callbacks, because a handler may itself have a `then`. */
export function loadHandler(
  start: HandlerStart,
  {
    isStreaming,
    loaded,
    failed,
  }: {
    readonly isStreaming: (handler: object) => boolean;
    readonly loaded: (handler: UserHandler) => void;
    readonly failed: (error: unknown) => void;
  },
): void {
  const { createRequire } = process.getBuiltinModule('node:module');
  const { dirname } = process.getBuiltinModule('node:path');
  const vm = process.getBuiltinModule('node:vm');
  const loader = { importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };

  const findHandler = (exports: object): UserHandler => {
    let found: unknown = exports;
    for (const name of start.exportPath) found = (found as Record<string, unknown> | undefined)?.[name];
    if (typeof found === 'function') {
      refuseCallbacks(found as UserHandler);
      return found as UserHandler;
    }
    const problem = found === undefined || found === null ? 'is undefined or not exported' : 'is not a function';
    throw fault('Runtime.HandlerNotFound', `${start.handler} ${problem}`);
  };
  // The sentence is aws-lambda-ric 4.0.2's, callback-deprecation.js.
  const refuseCallbacks = (handler: UserHandler) => {
    // Handlers that stream have three parameters, too.
    if (start.takesCallbacks || handler.length < 3 || isStreaming(handler)) return;
    throw fault(
      'Runtime.CallbackHandlerDeprecated',
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
    );
  };
  const fault = (name: string, message: string) => {
    const error = new Error(message.replaceAll(start.root, () => start.shownRoot));
    error.name = name;
    return error;
  };
  const fail = (error: unknown) => {
    if (error instanceof SyntaxError) return failed(fault('Runtime.UserCodeSyntaxError', String(error)));
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_MODULE_NOT_FOUND') return failed(error);
    failed(fault('Runtime.ImportModuleError', String(error)));
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

  if (start.format === 'require') {
    let exports: object;
    try {
      // As Lambda's runtime does: it is in the require stack that a message shows.
      exports = createRequire('/var/runtime/index.mjs')(start.file);
    } catch (error) {
      fail(error);
      return;
    }
    finish(exports);
    return;
  }
  if (start.format !== 'cjs') {
    const url =
      start.format === 'import'
        ? process.getBuiltinModule('node:url').pathToFileURL(start.file).href
        : `data:text/javascript;base64,${Buffer.from(start.script).toString('base64')}`;
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
