// What importing the built test kit costs every test file: Node says which of its own modules a process has loaded.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a script over the built packages. @returns Node's modules that it loaded: `http`, `net` */
async function nodeModulesLoadedBy(script: string): Promise<readonly string[]> {
  const listing = `(${script}).then(() => console.log(JSON.stringify(process.moduleLoadList)))`;
  const env = { ...process.env, NODE_OPTIONS: '' };
  const { stdout } = await promisify(execFile)(process.execPath, ['--eval', listing], { cwd: root, env });
  const loaded = JSON.parse(stdout) as readonly string[];
  return loaded.flatMap((name) => /^NativeModule (.*)/.exec(name)?.[1] ?? []);
}

const NETWORK = ['net', 'tls', 'http', 'https', 'http2', 'dns'];

test.each([
  ['imported', "import('earwitness')"],
  ['required', "Promise.resolve(require('earwitness'))"],
])('the kit that is %s loads nothing of Node that speaks over a network', async (_, load) => {
  const loaded = await nodeModulesLoadedBy(load);
  expect(loaded).toContain('diagnostics_channel');
  expect(loaded.filter((name) => NETWORK.includes(name))).toEqual([]);
});
