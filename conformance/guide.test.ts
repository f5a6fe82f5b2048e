// The guide's snippets. Those marked `run` are run as they stand, in a test with a topic in memory; the others have to compile.
import { readdirSync, readFileSync } from 'node:fs';
import * as kit from 'earwitness';
import { transform } from 'esbuild';
import { expect, test } from 'vitest';
import * as z from 'zod';

const folder = new URL('../docs/guide/', import.meta.url);
const snippets = readdirSync(folder).flatMap((file) => {
  const text = readFileSync(new URL(file, folder), 'utf8');
  return [...text.matchAll(/^```ts( run)?\n(.*?)^```$/gms)].map((match) => ({
    name: `${file}:${text.slice(0, match.index).split('\n').length}`,
    run: match[1] !== undefined,
    code: match[2] ?? '',
  }));
});

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
  expect(snippets.length).toBeGreaterThan(10);
});

test.each(snippets.filter(({ run }) => run))('$name runs', async ({ code }) => {
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

test.each(snippets.filter(({ run }) => !run))('$name compiles', async ({ code }) => {
  await transform(code, { loader: 'ts', target: 'es2023', format: 'esm' });
});
