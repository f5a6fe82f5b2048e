import { createRequire } from 'node:module';

/** Whether Node finds the package or file from the importer, an absolute path. */
export function canResolve(importer: string, name: string): boolean {
  try {
    createRequire(importer).resolve(name);
    return true;
  } catch {
    return false;
  }
}
