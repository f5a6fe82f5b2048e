import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { event, openTestSession, rejection } from '../test-session.test.ts';
import { keepPayload } from './payload.ts';

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'earwitness-payload-'));
  mkdirSync(join(project, 'node_modules'));
});
afterEach(() => rmSync(project, { recursive: true }));

const secret = ['hu', 'sh'].join('');

test('an event is kept whole, without its secrets, among the caches of the project', async () => {
  const order = event('OrderCreated', { note: 'x'.repeat(5000), apiKey: secret });
  const file = await keepPayload(order, project);
  expect(file).toMatch(/^node_modules.\.cache.earwitness.[\da-f-]{36}\.json$/);
  const kept: unknown = JSON.parse(readFileSync(join(project, file ?? ''), 'utf8'));
  expect(kept).toEqual({ ...order, detail: { ...order.detail, apiKey: '[redacted]' } });
});

test('the newest 20 stay', async () => {
  const folder = join(project, 'node_modules', '.cache', 'earwitness');
  const names: string[] = [];
  for (let number = 0; number < 22; number++) {
    const file = join(project, (await keepPayload(`text ${number}`, project)) ?? '');
    utimesSync(file, number, number);
    names.push(file);
  }
  expect(
    readdirSync(folder)
      .map((name) => join(folder, name))
      .sort(),
  ).toEqual(names.slice(2).sort());
});

test('a page that cuts a value of the closest event names the file with all of it', async () => {
  const { clock, events, topic } = await openTestSession();
  const note = 'long '.repeat(200);
  topic.publish(event('OrderCreated', { id: '1', note }));
  const waiting = rejection(events.waitForMessageMatching({ detail: { id: '1', note: 'short' } }));
  clock.advance(4500);
  const file = /Payload {3}the closest event, whole: (\S+)$/m.exec((await waiting).message)?.[1];
  expect(JSON.parse(readFileSync(file ?? '', 'utf8'))).toMatchObject({ detail: { id: '1', note } });
  rmSync(file ?? '');
});

test.each([
  ['an ellipsis of its own', { note: 'wait …' }, { note: 'now' }],
  ['an expected value that had to be cut', { note: 'now' }, { note: 'long '.repeat(200) }],
])('%s does not make the closest event a cut one', async (_what, detail, expected) => {
  const { clock, events, topic } = await openTestSession();
  topic.publish(event('OrderCreated', detail));
  const waiting = rejection(events.waitForMessageMatching({ detail: expected }));
  clock.advance(4500);
  expect((await waiting).message).not.toContain('Payload');
});
