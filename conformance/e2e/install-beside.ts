// A package that this repository does not install, because it asks for a newer Node than the one on which everything else runs: it gets
// a folder of its own while the tests of a file run.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { run } from './run.ts';

/** To be called where tests are declared; the folder of the package, in which it is once they run. */
export function installBeside(name: string, version: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'earwitness-beside-'));
  beforeAll(async () => {
    writeFileSync(join(folder, 'package.json'), '{}');
    const args = ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${version}`];
    const { code, stderr } = await run('npm', args, { cwd: folder });
    if (code !== 0) throw new Error(`npm ${args.join(' ')} ended with ${code}\n${stderr}`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'node_modules', name);
}
