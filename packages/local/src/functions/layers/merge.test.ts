import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFolder } from '../code/temporary-folder.ts';
import { cleanUp, onCleanUp, project } from '../test-function.ts';
import { mergeFolders } from './merge.ts';

afterEach(cleanUp);

async function merged(layers: readonly Record<string, string>[], mayOpen?: (path: string) => boolean) {
  const { path, remove } = createFolder();
  onCleanUp(remove);
  await mergeFolders(
    layers.map((files) => project(files).path),
    path,
    mayOpen,
  );
  return path;
}

/** All files and what is in them. */
async function contents(folder: string, inside = ''): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of await readdir(join(folder, inside))) {
    const path = join(inside, name);
    try {
      found[path] = await readFile(join(folder, path), 'utf8');
    } catch {
      Object.assign(found, await contents(folder, path));
    }
  }
  return found;
}

// Source: docs.aws.amazon.com/lambda/latest/dg/adding-layers.html ("merging layers in order").
test('files of all folders are there, and of two with one path that of the later folder', async () => {
  const folder = await merged([
    { 'nodejs/util.js': 'one', 'nodejs/node_modules/a/index.js': 'a', 'bin/run': 'run' },
    { 'nodejs/util.js': 'two', 'nodejs/node_modules/b/index.js': 'b' },
  ]);
  expect(await contents(folder)).toEqual({
    'bin/run': 'run',
    'nodejs/util.js': 'two',
    'nodejs/node_modules/a/index.js': 'a',
    'nodejs/node_modules/b/index.js': 'b',
  });
});

test('a file takes the place of a folder, and a folder that of a file', async () => {
  expect(await contents(await merged([{ 'a/b': 'folder' }, { a: 'file' }]))).toEqual({ a: 'file' });
  expect(await contents(await merged([{ a: 'file' }, { 'a/b': 'one' }, { 'a/c': 'two' }]))).toEqual({
    'a/b': 'one',
    'a/c': 'two',
  });
});

test('a folder that is not to be opened is that of the later one as a whole', async () => {
  const packages = [
    { 'a/old.js': 'one', '@s/x/i.js': 'x' },
    { 'a/new.js': 'two', '@s/y/i.js': 'y' },
  ];
  expect(await contents(await merged(packages, (path) => path === '@s'))).toEqual({
    'a/new.js': 'two',
    '@s/x/i.js': 'x',
    '@s/y/i.js': 'y',
  });
});

test('a link to nothing is taken as it is', async () => {
  const { path } = project({ 'a.txt': 'a' });
  await symlink('nowhere', join(path, 'b.txt'));
  const { path: target, remove } = createFolder();
  onCleanUp(remove);
  await mkdir(join(target, 'm'));
  await mergeFolders([path], join(target, 'm'));
  expect((await readdir(join(target, 'm'))).sort()).toEqual(['a.txt', 'b.txt']);
});
