// Which functions are processes is said by name, once for a local cloud.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { zipInlineCode } from '../../functions/code/code.ts';
import { callerOf, createTestCloud } from '../../test-cloud.ts';
import { createLambdaService } from './service.ts';

let cloud: Cloud;
beforeEach(() => {
  cloud = createTestCloud((platform) => createLambdaService(platform, { isolation: { Images: 'process' } }));
});
afterEach(() => cloud.close());
const lambda = callerOf('lambda', () => cloud);

async function processOf(FunctionName: string): Promise<unknown> {
  await lambda('CreateFunction', {
    FunctionName,
    Role: 'arn:aws:iam::123456789012:role/r',
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Code: {
      ZipFile: zipInlineCode('exports.handler = async (event, { memoryLimitInMB }) => [process.pid, memoryLimitInMB]'),
    },
  });
  const { Payload } = await lambda('Invoke', { FunctionName });
  return JSON.parse(Buffer.from(Payload ?? []).toString());
}

test('a function that is named runs in a process of its own, the others stay in ours', async () => {
  expect(await processOf('orders')).toEqual([process.pid, '128']);
  const [pid, memory] = Object(await processOf('shop-Images-ABCDEFGHIJK1'));
  expect([typeof pid, pid === process.pid, memory]).toEqual(['number', false, '128']);
});
