import { expect, test } from 'vitest';
import { ServerAway } from './shared/server.ts';
import { taking } from './taking.ts';
import type { Lease } from './work.ts';

/** What became of a job whose taker threw this. */
async function fateOf(error: Error, ackError?: Error): Promise<string[]> {
  const told: string[] = [];
  const lease: Lease<string> = {
    job: 'job',
    async ack() {
      told.push('ack');
      if (ackError) throw ackError;
    },
    async retryAt() {},
  };
  const take = taking<string>(
    async () => {
      throw error;
    },
    (job, failure) => void told.push(`${job} failed: ${failure instanceof Error ? failure.message : ''}`),
  );
  take(lease);
  await new Promise((resolve) => setImmediate(resolve));
  return told;
}

test('a job that meets a fault of ours is done with', async () => {
  expect(await fateOf(new Error('ours'))).toEqual(['job failed: ours', 'ack']);
});

test('a job that meets a backbone without its server is left, and comes again when its lease ends', async () => {
  expect(await fateOf(new ServerAway('x'))).toEqual([]);
});

test('a server that goes before the job is done with ends nothing', async () => {
  expect(await fateOf(new Error('ours'), new ServerAway('x'))).toEqual(['job failed: ours', 'ack']);
});
