import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MemoryBodies } from '../../backbone/memory/bodies.ts';
import { createTestCloud, testCall } from '../../test-cloud.ts';
import { NEW_DOCUMENTS } from './bucket.ts';
import { Contents, type Piece } from './contents.ts';
import { NO_NOTIFICATIONS } from './notifications/configuration.ts';
import { createParts } from './parts.ts';
import { receive, receiveCopy } from './upload/incoming.ts';

test('what is made of an upload keeps its bytes; a refusal lets go of them', async () => {
  const bodies = new MemoryBodies();
  const contents = new Contents(bodies);
  const large = new Uint8Array(100_000);
  let piece: Piece | undefined;
  const use = (isRefused: boolean) =>
    contents.keep('b', receive(large), async (content) => {
      piece = content;
      if (isRefused) throw new Error('refused');
    });
  await use(false);
  expect(existsSync(piece?.body ?? '')).toBe(true);
  await expect(use(true)).rejects.toThrow('refused');
  expect(existsSync(piece?.body ?? 'no file')).toBe(false);
  await bodies.clear();
});

test('an object for a bucket that was deleted meanwhile is refused, whichever way it comes', async () => {
  const { objects } = createParts(createTestCloud());
  const { account, region } = testCall;
  const bucket = { name: 'gone', account, region, createdAt: 0, tags: {}, notifications: NO_NOTIFICATIONS };
  const version = { etag: '', content: [], sizeBytes: 0, described: {}, tags: {} };
  const put = objects.put({ ...bucket, documents: NEW_DOCUMENTS }, 'key', version);
  await expect(put).rejects.toMatchObject({ code: 'NoSuchBucket' });
});

// What users expect: S3 gives every reader the object as it was when it was asked for.
test('an object that is overwritten or deleted while it is read comes to its end', async () => {
  const bodies = new MemoryBodies();
  const contents = new Contents(bodies);
  const pieces = [await contents.write(bytesOf(100_000)), await contents.write(bytesOf(200_000))];
  const [slow, other] = [contents.read(pieces), contents.read(pieces)];
  await slow.next();
  await contents.remove(pieces);
  let sizeBytes = 0;
  for await (const { byteLength } of other) sizeBytes += byteLength;
  expect([sizeBytes, pieces.map(({ body = '' }) => existsSync(body))]).toEqual([300_000, [true, true]]);
  await slow.return?.();
  expect(pieces.map(({ body = '' }) => existsSync(body))).toEqual([false, false]);
  await bodies.clear();
});

// What users expect of a reset between tests: nothing of before is left, and nothing that is left lacks its bytes.
test('an upload that was on its way when everything was forgotten is refused', async () => {
  for (const sizeBytes of [100, 100_000]) {
    const bodies = new MemoryBodies();
    const contents = new Contents(bodies);
    const body = async function* () {
      yield* bytesOf(sizeBytes);
      contents.reset();
      await bodies.clear();
      yield* bytesOf(sizeBytes);
    };
    const receiving = receiveCopy(body(), 2 * sizeBytes, {});
    const kept = contents.keep('b', receiving, async (content) => content);
    await expect(kept).rejects.toMatchObject({ code: 'NoSuchBucket' });
    await bodies.clear();
  }
});

async function* bytesOf(sizeBytes: number): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(sizeBytes);
}
