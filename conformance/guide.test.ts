// The snippets marked `run` are run as they stand, in a test with a topic in memory. (What README.md says first runs in
// e2e/packed.test.ts; e2e/snippet-types.test.ts has TypeScript's word on all of them.)
import * as kit from 'earwitness';
import { transform } from 'esbuild';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { pages, snippetsOf } from './snippets.ts';

const runnable = pages()
  .flatMap(snippetsOf)
  .filter(({ info }) => info === 'ts run');

const orderCreated = (id: string, detail: object = {}) => ({
  version: '0',
  id: crypto.randomUUID(),
  source: 'OrderService',
  'detail-type': 'OrderCreated',
  account: '123456789012',
  time: '2026-11-22T14:02:07Z',
  region: 'eu-west-1',
  resources: [],
  detail: { id, name: 'test order', ...detail },
});

test('the guide has snippets', () => {
  expect(runnable.length).toBeGreaterThan(10);
});

test.each(runnable)('$name runs', async ({ code }) => {
  const topic = new kit.MemoryTopic();
  await using events = await kit.subscribe({ transport: topic, timeoutMs: 500 });
  const scope = { ...kit, topic, events, expect, z, orderCreated };
  const wrapped = `export const run = async ({ ${Object.keys(scope).join(', ')} }) => {\n${code}\n};`;
  const { code: javascript } = await transform(wrapped, { loader: 'ts', target: 'node20', format: 'esm' });
  const { run } = (await import(`data:text/javascript,${encodeURIComponent(javascript)}`)) as {
    run: (names: typeof scope) => Promise<void>;
  };
  await run(scope);
});
