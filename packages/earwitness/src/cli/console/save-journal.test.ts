import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Local, type ServedJournal, serveSavedJournal, startLocal } from '@earwitness/local';
import type { CloudMap } from '@earwitness/protocol/internal/admin/cloud-map';
import type { QueuedMessages } from '@earwitness/protocol/internal/admin/queued-messages';
import { parseSavedJournal } from '@earwitness/protocol/internal/admin/saved-journal';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { saveJournal } from './save-journal.ts';

const TEMPLATE = {
  Resources: {
    Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
    Empty: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'empty' } },
  },
};
const DEAD = 'arn:aws:sqs:us-east-1:000000000000:dead';

let folder: string;
let local: Local;
let served: ServedJournal;
let text: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earwitness-journal-'));
  local = await startLocal();
  await local.deploy({ name: 'shop', template: JSON.stringify(TEMPLATE) });
  const end = await saveJournal(local, join(folder, 'report'));
  const put = (detail: object) =>
    fetch(`${local.url}/_earwitness/events`, {
      method: 'POST',
      headers: { 'x-earwitness': '1' },
      body: JSON.stringify({ source: 'shop', 'detail-type': 'Placed', detail }),
    });
  await put({ id: 1, password: 'hunter2' });
  await local.purge();
  await put({ id: 2 });
  const sqs = (operation: string, input: object) =>
    fetch(local.url, {
      method: 'POST',
      headers: { 'x-amz-target': `AmazonSQS.${operation}`, 'content-type': 'application/x-amz-json-1.0' },
      body: JSON.stringify(input),
    });
  await sqs('SendMessage', {
    QueueUrl: `${local.url}/000000000000/dead`,
    MessageBody: '{"id":3,"token":"t0p"}',
    MessageAttributes: {
      ERROR_CODE: { DataType: 'String', StringValue: 'NO_PERMISSIONS' },
      'x-api-key': { DataType: 'String', StringValue: 's3cret' },
    },
  });
  await end();
  await local.close();
  text = await readFile(join(folder, 'report', 'journal.ndjson'), 'utf8');
  const console = join(folder, 'console.html');
  await writeFile(console, '<!doctype html>\n<html lang="en"><script>1</script></html>');
  served = await serveSavedJournal({ text: `${text}no fact\n`, console });
});
afterAll(async () => {
  await served.close();
  await rm(folder, { recursive: true });
});

const ask = async (path: string, init?: RequestInit) => {
  const response = await fetch(`${served.url}/_earwitness/${path}`, init);
  return [response.status, await response.json()] as const;
};

test('what happened before a purge is kept, and secrets are not', () => {
  const { facts, end } = parseSavedJournal(text);
  const events = facts.flatMap((fact) => (fact.kind === 'event.accepted' ? [JSON.parse(fact.event).detail] : []));
  expect(events).toEqual([{ id: 1, password: '[redacted]' }, { id: 2 }]);
  expect(facts.some(({ kind }) => kind === 'stack')).toBe(true);
  expect(end?.queues).toMatchObject([
    {
      queue: DEAD,
      messages: [
        {
          body: '{"id":3,"token":"[redacted]"}',
          attributes: {
            ERROR_CODE: { type: 'String', value: 'NO_PERMISSIONS' },
            'x-api-key': { type: 'String', value: '[redacted]' },
          },
        },
      ],
    },
  ]);
  expect(text).not.toMatch(/hunter2|t0p|s3cret/);
});

test('the page is served and marked as saved; who asks for text is told that nothing runs', async () => {
  const open = async (accept: string) => {
    const response = await fetch(`${served.url}/_earwitness`, { headers: { accept } });
    return response.text();
  };
  expect(await open('text/html')).toMatch(/^<!doctype html>\n<html data-saved-at="\d+(\.\d+)?" lang="en">/);
  expect(await open('*/*')).toBe(
    'This is a saved journal: what happened can be looked at, and nothing can be done here.\n',
  );
});

test('facts, map and messages of queues are answered from the file', async () => {
  const { facts } = parseSavedJournal(text);
  expect([served.facts, served.unreadable]).toEqual([facts.length, 1]);
  const stopping = new AbortController();
  const stream = await fetch(`${served.url}/_earwitness/journal/stream?after=1&watch=true`, {
    signal: stopping.signal,
  });
  let read = '';
  const decoder = new TextDecoder();
  for await (const chunk of stream.body ?? []) {
    read += decoder.decode(chunk, { stream: true });
    if (read.split('\n').length > facts.length - 1) break;
  }
  stopping.abort();
  expect(
    read
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(facts.slice(1));
  expect(await ask('journal?after=2&limit=1')).toEqual([
    200,
    { oldest: facts[0]?.seq, newest: facts.at(-1)?.seq, facts: [facts[2]] },
  ]);
  const [, map] = (await ask('map')) as readonly [number, CloudMap];
  expect(map.nodes.map(({ id }) => id)).toContain(DEAD);
  const [, dead] = (await ask(`queues/messages?queue=${DEAD}`)) as readonly [number, QueuedMessages];
  expect(dead.messages).toHaveLength(1);
  const [, state] = await ask('state');
  expect(state).toMatchObject({ stacks: [], queues: [{ arn: DEAD }, { arn: expect.stringMatching(/:empty$/) }] });
  expect(await ask('queues/messages?queue=x')).toEqual([200, { queue: 'x', messages: [] }]);
  expect(await ask('faults')).toEqual([200, { faults: [] }]);
  expect(await ask('journal?after=x')).toEqual([400, { error: "after is a number of facts, not 'x'." }]);
});

test('what would change something is refused with a sentence, and pages of other sites get nothing', async () => {
  const refusal = 'This is a saved journal: what happened can be looked at, and nothing can be done here.';
  for (const path of ['reset', 'events', 'clock/advance', 'toString', '__proto__']) {
    expect(await ask(path, { method: 'POST', body: '{}' })).toEqual([403, { error: refusal, message: refusal }]);
  }
  const [status] = await ask('journal', { headers: { origin: 'http://evil.example' } });
  expect(status).toBe(403);
  const foreign = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { host: 'evil.example' };
    request(`${served.url}/_earwitness/journal`, { headers }, ({ statusCode }) => resolve(statusCode))
      .once('error', reject)
      .end();
  });
  expect(foreign).toBe(403);
});

test('without a folder nothing is saved; a folder that cannot be made is said, and nothing fails', async () => {
  await using cloud = await startLocal();
  const end = await saveJournal(cloud, undefined);
  await end();
  const under = await saveJournal(cloud, join(folder, 'report', 'journal.ndjson', 'below'));
  await under();
});
