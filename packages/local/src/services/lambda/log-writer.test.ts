import { afterEach, expect, test } from 'vitest';
import { zipInlineCode } from '../../functions/code/code.ts';
import { createTestCloud, testCall } from '../../test-cloud.ts';
import { createLogsService } from '../logs/service.ts';
import { createLambdaService } from './service.ts';

const cloud = createTestCloud(createLambdaService, createLogsService);
afterEach(() => cloud.close());

async function readLog(): Promise<string[]> {
  const messages: string[] = [];
  let nextToken: string | undefined;
  do {
    const input = { logGroupName: '/aws/lambda/talker', ...(nextToken !== undefined && { nextToken }) };
    const page = await cloud.dispatch.call('logs', 'FilterLogEvents', input, testCall).catch(() => undefined);
    messages.push(...(page?.events ?? []).map((event) => event.message ?? ''));
    nextToken = page?.nextToken;
    await new Promise((resolve) => setImmediate(resolve));
  } while (nextToken !== undefined);
  return messages;
}

// PutLogEvents takes 1,048,576 bytes in UTF-8, 26 more for each event. Source: API reference, PutLogEvents
test('a log of more lines and bytes than one PutLogEvents takes is written whole and in order', async () => {
  const text = `exports.handler = async () => {
    for (let i = 0; i < 1200; i++) process.stdout.write('short ' + i);
    for (let i = 0; i < 6; i++) process.stdout.write('é'.repeat(250_000) + i);
    for (let i = 0; i < 3; i++) process.stdout.write('last ' + i);
  };`;
  const { dispatch, journal } = cloud;
  await dispatch.call(
    'lambda',
    'CreateFunction',
    {
      FunctionName: 'talker',
      Role: 'arn:aws:iam::000000000000:role/r',
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipInlineCode(text) },
    },
    testCall,
  );
  await dispatch.call('lambda', 'Invoke', { FunctionName: 'talker' }, testCall);
  // Written behind the answer: read until the last line is there, or the journal says why it is not.
  const warnings = () => journal.read().filter((fact) => fact.kind === 'warning');
  let messages = await readLog();
  while (!messages.at(-1)?.startsWith('REPORT') && warnings().length === 0) messages = await readLog();
  expect(messages.slice(1, -2)).toEqual([
    ...Array.from({ length: 1200 }, (_, index) => `short ${index}`),
    ...Array.from({ length: 6 }, (_, index) => 'é'.repeat(250_000) + index),
    ...Array.from({ length: 3 }, (_, index) => `last ${index}`),
  ]);
  expect(warnings()).toEqual([]);
});
