import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createTestCloud, testCall } from '../../test-cloud.ts';
import { NEW_DOCUMENTS } from './bucket.ts';
import { Contents, type Piece } from './contents.ts';
import { NO_NOTIFICATIONS } from './notifications/configuration.ts';
import { createParts } from './parts.ts';
import { receive } from './upload/incoming.ts';

test('what is made of an upload keeps its bytes; a refusal lets go of them', async () => {
  const contents = new Contents();
  const large = new Uint8Array(100_000);
  let piece: Piece | undefined;
  const use = (isRefused: boolean) =>
    contents.keep(receive(large), async (content) => {
      piece = content;
      if (isRefused) throw new Error('refused');
    });
  await use(false);
  expect(existsSync(piece?.file ?? '')).toBe(true);
  await expect(use(true)).rejects.toThrow('refused');
  expect(existsSync(piece?.file ?? 'no file')).toBe(false);
  await contents.clear();
});

test('an object for a bucket that was deleted meanwhile is refused, whichever way it comes', async () => {
  const { objects } = createParts(createTestCloud());
  const { account, region } = testCall;
  const bucket = { name: 'gone', account, region, createdAt: 0, tags: {}, notifications: NO_NOTIFICATIONS };
  const version = { etag: '', content: [], sizeBytes: 0, described: {}, tags: {} };
  const put = objects.put({ ...bucket, documents: NEW_DOCUMENTS }, 'key', version);
  await expect(put).rejects.toMatchObject({ code: 'NoSuchBucket' });
});
