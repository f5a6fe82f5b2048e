// Versions of test runners that are installed apart from the workspace (conformance/runners): four hundred packages that only a few tests
// need. Where they are not installed those tests are skipped, and say so.
import { existsSync } from 'node:fs';
import { root } from './run.ts';

/** What `createProject` links: name → folder in the repository. */
type Packages = Readonly<Record<string, string>>;

/** Of a list of runners: those that can be asked. */
export function isInstalled<T extends { packages: Packages | undefined }>(
  runner: T,
): runner is T & { packages: Packages } {
  return runner.packages !== undefined;
}

function find(folder: string, ...names: string[]): Packages | undefined {
  const modules = `conformance/runners/${folder}/node_modules`;
  if (existsSync(`${root}${modules}`)) return Object.fromEntries(names.map((name) => [name, `${modules}/${name}`]));
  console.log(`${folder} is not tried: npm ci --ignore-scripts --prefix conformance/runners/${folder} installs it.`);
  return undefined;
}

// With what the types of their `expect` stand on.
export const jest29 = find('jest-29', 'jest', '@jest/globals', 'expect', '@types/jest');
export const jest30 = find('jest-30', 'jest', '@jest/globals', 'expect', '@types/jest');
export const vitest3 = find('vitest-3', 'vitest');
