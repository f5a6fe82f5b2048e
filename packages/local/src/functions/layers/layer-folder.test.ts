import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { RunnableCode } from '../code/code.ts';
import { ZipError } from '../code/unpack.ts';
import { archive, cleanUp, onCleanUp, project } from '../test-function.ts';
import { placeLayers } from './layer-folder.ts';

afterEach(cleanUp);

async function place(...layers: RunnableCode[]) {
  const folder = await placeLayers(layers);
  folder.hold();
  onCleanUp(() => folder.release());
  return folder;
}

test('archives and directories are one folder, in which the later layer wins', async () => {
  const { root } = await place(
    archive({ 'nodejs/a.js': 'first', 'nodejs/b.js': 'first' }),
    project({ 'nodejs/b.js': 'second', 'python/c.py': 'second' }),
    archive({ 'python/c.py': 'third' }),
  );
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  expect([read('nodejs/a.js'), read('nodejs/b.js'), read('python/c.py')]).toEqual(['first', 'second', 'third']);
});

// Source: docs.aws.amazon.com/serverless-application-model, "Building Lambda layers in AWS SAM".
test('a directory that sam build would have to build is there as what it would make', async () => {
  const node = project({ 'package.json': '{}', 'util.js': 'node', 'node_modules/a/index.js': 'a', 'bin/run': 'run' });
  const python = project({ 'requirements.txt': '', 'util.py': 'python' });
  const { root } = await place(node, python);
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  expect(['nodejs/util.js', 'nodejs/node_modules/a/index.js', 'python/util.py', 'bin/run'].map(read)).toEqual([
    ...['node', 'a', 'python', 'run'],
  ]);
  const built = await place(project({ 'package.json': '{}', 'nodejs/util.js': 'built' }));
  expect(readFileSync(join(built.root, 'nodejs/util.js'), 'utf8')).toBe('built');
});

test('the folder goes with the last who holds it, and the directories stay', async () => {
  const directory = project({ 'nodejs/b.js': '' });
  const folder = await placeLayers([archive({ 'nodejs/a.js': '' }), directory]);
  folder.hold();
  folder.hold();
  await folder.release();
  expect(existsSync(folder.root)).toBe(true);
  await folder.release();
  expect(existsSync(dirname(folder.root))).toBe(false);
  expect(existsSync(join(directory.path, 'nodejs/b.js'))).toBe(true);
});

test('it is stale when a file of a directory changed, came or went, and when a package came', async () => {
  const directory = project({ 'nodejs/a.js': '', 'nodejs/node_modules/one/index.js': '' });
  const at = (path: string) => join(directory.path, path);
  const first = await place(directory, archive({ 'nodejs/z.js': '' }));
  expect(first.isStale()).toBe(false);
  utimesSync(at('nodejs/a.js'), 1, 1);
  expect(first.isStale()).toBe(true);
  const second = await place(directory);
  writeFileSync(at('nodejs/b.js'), '');
  expect(second.isStale()).toBe(true);
  const third = await place(directory);
  rmSync(at('nodejs/b.js'));
  expect(third.isStale()).toBe(true);
  const fourth = await place(directory);
  mkdirSync(at('nodejs/node_modules/two'));
  expect(fourth.isStale()).toBe(true);
});

test('what Python compiles for itself makes nothing stale', async () => {
  const directory = project({ 'python/a.py': '' });
  const folder = await place(directory);
  mkdirSync(join(directory.path, 'python/__pycache__'));
  writeFileSync(join(directory.path, 'python/__pycache__/a.cpython-313.pyc'), '');
  expect(folder.isStale()).toBe(false);
});

test('a damaged archive is refused', async () => {
  await expect(placeLayers([{ kind: 'zip', base64: 'AAAA' }])).rejects.toBeInstanceOf(ZipError);
});
