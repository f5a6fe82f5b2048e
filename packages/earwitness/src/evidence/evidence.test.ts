import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { event } from '../rig.test.ts';
import { subscribe } from '../subscribe.ts';
import { MemoryTopic } from '../transport/memory.ts';

let folder: string;
// Put together here, because a failing wait quotes the test's own lines.
const secret = ['hu', 'sh'].join('');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earwitness-evidence-'));
  vi.stubEnv('EARWITNESS_REPORT', join(folder, 'report'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test('each subscription adds to one NDJSON file and one page of its test file, without secrets', async () => {
  for (const id of ['1', '2']) {
    const topic = new MemoryTopic();
    const events = await subscribe({ transport: topic, timeoutMs: 20 });
    topic.publish(event('OrderCreated', { id, apiKey: secret, note: '<script>' }));
    await events.waitForMessageMatching({ detail: { id } });
    await events.waitForMessageMatching({ 'detail-type': 'OrderShipped' }).catch(() => undefined);
    await events.unsubscribe();
  }
  const files = await readdir(join(folder, 'report'));
  expect(files.sort()).toEqual([
    expect.stringMatching(/evidence\.test\.ts\.html$/),
    expect.stringMatching(/evidence\.test\.ts\.ndjson$/),
  ]);
  const [page = '', lines = ''] = await Promise.all(
    files.map((file) => readFile(join(folder, 'report', file), 'utf8')),
  );
  const records = lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; outcome?: string });
  expect(records.map(({ kind, outcome }) => outcome ?? kind).sort()).toEqual([
    'EventNotReceivedError',
    'EventNotReceivedError',
    'item',
    'item',
    'met',
    'met',
    'subscription',
    'subscription',
  ]);
  expect(lines).not.toContain(secret);
  expect(page).not.toContain(secret);
  expect(page).not.toContain('<script>');
  expect(page).toContain('2 of 4 waits not met');
  expect(page).not.toMatch(/https?:\/\/|src=|href=/);
});
