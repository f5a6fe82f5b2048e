import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readZip, writeZip } from './zip.ts';

const text = (entries: ReturnType<typeof readZip>) =>
  entries.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]);

test('what was packed is read back', () => {
  const archive = writeZip([
    { path: 'index.js', bytes: Buffer.from('exports.a = 1') },
    { path: 'lib/ö.js', bytes: Buffer.from('') },
  ]);
  expect(text(readZip(archive))).toEqual([
    ['index.js', 'exports.a = 1'],
    ['lib/ö.js', ''],
  ]);
});

test('a deflated entry with a comment behind the directory is read', () => {
  const stored = Buffer.from(writeZip([{ path: 'a.txt', bytes: deflateRawSync('hello hello hello hello') }]));
  const directory = stored.readUInt32LE(stored.length - 6);
  stored.writeUInt16LE(8, directory + 10);
  stored.writeUInt16LE(7, stored.length - 2);
  expect(text(readZip(Buffer.concat([stored, Buffer.from('comment')])))).toEqual([
    ['a.txt', 'hello hello hello hello'],
  ]);
});

test('what is not an archive, or leads out of it, is refused', () => {
  expect(() => readZip(Buffer.from('no archive at all, not at all'))).toThrow(
    'Could not unzip uploaded file. Please check your file, then try to upload again.',
  );
  expect(() => readZip(writeZip([{ path: '../x', bytes: Buffer.from('') }]))).toThrow(
    'The path ../x in the ZIP archive points outside of it.',
  );
});
