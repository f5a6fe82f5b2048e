// Whether JavaScript files are ES modules by the package that they are in.
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

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

function readType(path: string): unknown {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof parsed === 'object' && parsed !== null && 'type' in parsed ? parsed.type : undefined;
  } catch {
    return undefined;
  }
}
