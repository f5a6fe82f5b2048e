// `earwitness tail` beside a local cloud of this process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { cli, earwitness } from './run.ts';

let local: Local;
let bus: EventBridgeClient;

beforeAll(async () => {
  local = await startLocal({ journalMaxBytes: 1024 * 1024 });
  const credentials = { accessKeyId: '000000000000', secretAccessKey: 'x' };
  bus = new EventBridgeClient({ endpoint: local.url, region: 'us-east-1', credentials });
  await putEvent('Before');
});

afterAll(async () => {
  bus.destroy();
  await local.close();
});

const putEvent = (DetailType: string) =>
  bus.send(new PutEventsCommand({ Entries: [{ Source: 'OrderService', DetailType, Detail: '{}' }] }));

/** What tail prints of an event that is published once it listens, until `last` is there; then Ctrl-C. */
async function tailOf(
  flags: readonly string[],
  last: string,
): Promise<{ printed: string; talk: string; code: number | null }> {
  const args = [cli, 'tail', '--port', new URL(local.url).port, ...flags];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  let talk = '';
  while (!talk.includes('listening')) talk += String(await once(child.stderr, 'data'));
  await putEvent('After');
  let printed = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    printed += chunk;
    if (printed.includes(last)) child.kill('SIGINT');
  }
  const [code] = await ended;
  return { printed, talk, code };
}

test('tail prints the journeys from now on, cut to the terminal, and ends with 0 on Ctrl-C', async () => {
  const { printed, code } = await tailOf([], 'After');
  expect(printed).toMatch(
    /^ {2}After from OrderService {2}[\d.]+ ms\n +0\.0 {2}PutEvents {5}After from OrderService on default\n/,
  );
  expect(printed).not.toContain('Before');
  expect(code).toBe(0);
});

test('with --all it begins with what has happened, with --json it prints every fact', async () => {
  const { printed } = await tailOf(['--all', '--json'], '"detailType":"After"');
  const kinds = printed
    .split('\n')
    .flatMap((line) => (line.startsWith('{"') ? [/"detailType":"(\w+)"/.exec(line)?.[1]] : []));
  expect(kinds.filter((type) => type !== undefined).slice(0, 2)).toEqual(['Before', 'After']);
});

test('with --all it says what the journal has dropped', async () => {
  for (let n = 0; n < 3; n++) local.journal.record({ kind: 'warning', about: 'test', message: 'y'.repeat(400_000) });
  const { talk } = await tailOf(['--all'], 'After');
  expect(talk).toMatch(
    /^the local cloud's journal has dropped the oldest \d+ facts, as it holds 100,000 facts or 1 MB at most \(journalMaxBytes\): what is missing here may have happened all the same\n/,
  );
});

test('without a local cloud it says how to start one', async () => {
  expect(await earwitness(['tail', '--port', '1'])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /^earwitness: no local cloud answers at http:\/\/127\.0\.0\.1:1\/_earwitness, or it has stopped\./,
    ),
  });
});
