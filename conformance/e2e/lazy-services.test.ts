// Services that nobody uses cost nothing: no module of theirs is loaded, and none of their models. Which files a process has loaded, V8 says
// when it writes down its coverage; which modules are in a file of the bundle, its source map says.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { LAZY_SERVICES } from '../../packages/local/src/services/lazy-services.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** @param url of a file of the bundle. @returns what it was made of, such as `local/src/index.ts` */
function sourcesOf(url: string): readonly string[] {
  const map = `${fileURLToPath(url)}.map`;
  // The bundler's own helpers have none.
  if (!existsSync(map)) return [];
  const { sources } = JSON.parse(readFileSync(map, 'utf8'));
  return sources.flatMap((path: string) => /\/packages\/(.*)$/.exec(new URL(path, url).pathname)?.[1] ?? []);
}

/** Runs a script over the built packages. @returns the sources of what it loaded of them, such as `local/src/index.ts` */
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
    return [...urls].filter((url) => url.includes('/packages/local/dist/')).flatMap(sourcesOf);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const partsOf = (modules: readonly string[], service: string) =>
  modules.filter((path) => path.includes(`/services/${service}/`) || path.endsWith(`/models/${service}.ts`));

/** What tells a request that is for them before they are loaded: see `doors` in lazy-services.ts. */
const AT_START = ['local/src/services/s3/recognize.ts', 'local/src/services/sns/paths.ts'];

const lazyPartsOf = (modules: readonly string[]) => LAZY_SERVICES.flatMap(({ name }) => partsOf(modules, name));

test('a cloud that is started, and a stack without them, load no module of a service that is loaded when needed', async () => {
  const modules = await modulesLoadedBy(`
    import { startLocal } from '@earwitness/local';
    const local = await startLocal();
    await local.deploy({ name: 'queues', template: '{ "Resources": { "Orders": { "Type": "AWS::SQS::Queue" } } }' });
    await local.reset();
    await local.close();
  `);
  expect(partsOf(modules, 'sqs')).not.toEqual([]);
  expect(lazyPartsOf(modules)).toEqual(AT_START);
});

const RESOURCES = [
  ['s3', { Type: 'AWS::S3::Bucket' }],
  ['sns', { Type: 'AWS::SNS::Topic' }],
  ['kms', { Type: 'AWS::KMS::Key' }],
  ['scheduler', { Type: 'AWS::Scheduler::ScheduleGroup' }],
  ['stepfunctions', { Type: 'AWS::StepFunctions::Activity', Properties: { Name: 'pack' } }],
] as const;

test.each(RESOURCES)('a resource of %s loads it, and no other of them', async (service, resource) => {
  const template = JSON.stringify({ Resources: { Orders: resource } });
  const modules = await modulesLoadedBy(`
    import { startLocal } from '@earwitness/local';
    const local = await startLocal();
    await local.deploy({ name: 'one', template: ${JSON.stringify(template)} });
    await local.close();
  `);
  const parts = partsOf(modules, service);
  expect(parts).toContain(`local/src/services/${service}/service.ts`);
  expect(lazyPartsOf(modules).filter((path) => !parts.includes(path) && !AT_START.includes(path))).toEqual([]);
});

test('so does a call', async () => {
  const modules = await modulesLoadedBy(`
    import { startLocal } from '@earwitness/local';
    const local = await startLocal();
    const answer = await fetch(local.url + '/v1/pipes', {
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/pipes/aws4_request, x' },
    });
    console.log(answer.status);
    await local.close();
  `);
  expect(partsOf(modules, 'pipes')).toContain('local/src/services/pipes/service.ts');
});
