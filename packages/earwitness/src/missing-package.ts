// Packages that a project may or may not have installed.

/**
 * Whether an import failed because the package is not there. In the CommonJS bundle an import is a `require`, with a
 * code of its own.
 */
export function isMissingPackage(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error)) return false;
  return error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND';
}
