import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryFolder } from './temporary-folder.ts';

test('the folder and all in it is there for the work alone, whether it succeeds or fails', async () => {
  const used: string[] = [];
  const work = async (folder: string) => {
    used.push(folder);
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    writeFileSync(join(folder, 'a/b/c.txt'), 'x');
    return existsSync(join(folder, 'a/b/c.txt'));
  };
  expect(await withTemporaryFolder(work)).toBe(true);
  const failing = withTemporaryFolder(async (folder) => {
    await work(folder);
    throw new Error('does not compile');
  });
  await expect(failing).rejects.toThrow('does not compile');
  expect(used.map((folder) => existsSync(folder))).toEqual([false, false]);
});

test('however many folders there are, one listener waits for the process to end', async () => {
  const before = process.listenerCount('exit');
  let release: (() => void) | undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const all = Array.from({ length: 30 }, () => withTemporaryFolder(() => released));
  expect(process.listenerCount('exit')).toBe(before + 1);
  release?.();
  await Promise.all(all);
  expect(process.listenerCount('exit')).toBe(before);
});
