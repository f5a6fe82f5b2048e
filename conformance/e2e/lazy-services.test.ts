// Services that nobody uses cost nothing: no module of theirs is loaded, and none of their models. Which modules a
// process has loaded, V8 says when it writes down its coverage.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { LAZY_SERVICES } from '../../packages/local/src/services/lazy-services.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a script over the built packages. @returns the modules of these packages that it loaded, by path */
async function modulesLoadedBy(script: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'earwitness-modules-'));
  try {
    const env = { ...process.env, NODE_V8_COVERAGE: folder, NODE_OPTIONS: '' };
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { cwd: root, env });
    const urls = new Set<string>();
    for (const file of await readdir(folder)) {
      const { result } = JSON.parse(await readFile(join(folder, file), 'utf8'));
      for (const { url } of result) urls.add(url);
    }
    return [...urls].flatMap((url) => /\/packages\/(.*\/dist\/.*)$/.exec(url)?.[1] ?? []);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const partsOf = (modules: readonly string[], service: string) =>
  modules.filter((path) => path.includes(`/services/${service}/`) || path.endsWith(`/models/${service}.js`));

test('a cloud that is started, and a stack without them, load no module of a service that is loaded when needed', async () => {
  const modules = await modulesLoadedBy(`
    import { startLocal } from '@earwitness/local';
    const local = await startLocal();
    await local.deploy({ name: 'queues', template: '{ "Resources": { "Orders": { "Type": "AWS::SQS::Queue" } } }' });
    await local.reset();
    await local.close();
  `);
  expect(partsOf(modules, 'sqs')).not.toEqual([]);
  expect(LAZY_SERVICES.flatMap(({ name }) => partsOf(modules, name))).toEqual([]);
});

test('a resource of such a service loads it', async () => {
  const modules = await modulesLoadedBy(`
    import { startLocal } from '@earwitness/local';
    const local = await startLocal();
    await local.deploy({ name: 'keys', template: '{ "Resources": { "Orders": { "Type": "AWS::KMS::Key" } } }' });
    await local.close();
  `);
  expect(partsOf(modules, 'kms')).toContain('local/dist/services/kms/service.js');
});
