// Three things that Node's module loader would do otherwise than in Lambda.
import type { HandlerStart } from '../node/handler-start.ts';

/**
 * Scripts are CommonJS whatever a package.json above the function says, which does not travel to the cloud. What is
 * required from `/opt` is in the folder of the function's layers. And version 2 of the SDK (`aws-sdk`) does not read
 * AWS_ENDPOINT_URL: it is told when it is loaded, so that no call leaves this machine.
 */
export function adjustModules({
  root,
  optRoot,
  hasModulesAbove,
}: Pick<HandlerStart, 'root' | 'optRoot' | 'hasModulesAbove'>): void {
  type Load = (this: unknown, request: string, parent: unknown, isMain: boolean) => unknown;
  type Extension = (module: { _compile(text: string, file: string): unknown }, file: string) => unknown;
  const loader: object = process.getBuiltinModule('node:module');
  const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');
  const { dirname, join, sep } = process.getBuiltinModule('node:path');

  const hasPackage = (file: string) => {
    for (let folder = dirname(file); folder.startsWith(root); folder = dirname(folder)) {
      if (existsSync(join(folder, 'package.json'))) return true;
    }
    return false;
  };
  if (hasModulesAbove) {
    const extensions: Record<string, Extension> = Reflect.get(loader, '_extensions');
    const original = extensions['.js'];
    extensions['.js'] = (module, file) =>
      file.startsWith(root + sep) && !hasPackage(file)
        ? module._compile(readFileSync(file, 'utf8'), file)
        : original?.(module, file);
  }

  if (optRoot !== undefined) {
    type Resolve = (this: unknown, request: string, ...more: unknown[]) => string;
    const resolve: Resolve = Reflect.get(loader, '_resolveFilename');
    const led: Resolve = function (request, ...more) {
      return resolve.call(
        this,
        request.startsWith('/opt/') ? optRoot + request.slice('/opt'.length) : request,
        ...more,
      );
    };
    Reflect.set(loader, '_resolveFilename', led);
  }

  const load: Load = Reflect.get(loader, '_load');
  const directed = new WeakSet<object>();
  const adjusted: Load = function (request, parent, isMain) {
    const loaded = load.call(this, request, parent, isMain);
    const folder = /^(?:.*[\\/]node_modules[\\/])?aws-sdk(?=[\\/]|$)/.exec(request)?.[0];
    const endpoint = process.env['AWS_ENDPOINT_URL'];
    if (folder === undefined || endpoint === undefined) return loaded;
    const core = load.call(this, `${folder}/lib/core`, parent, false) as { config?: { update(more: object): void } };
    if (core.config && !directed.has(core.config)) {
      directed.add(core.config);
      core.config.update({ endpoint, s3ForcePathStyle: true });
    }
    return loaded;
  };
  Reflect.set(loader, '_load', adjusted);
}
