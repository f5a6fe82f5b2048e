import { access, constants, mkdir, mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unpackZip, ZipError } from './unpack.ts';
import { writeZip, type ZipEntry } from './zip.ts';

let parent: string;
let folder: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'earwitness-unpack-'));
  folder = await mkdtemp(join(parent, 'in-'));
});
afterEach(() => rm(parent, { recursive: true }));

const archive = (...entries: readonly (readonly [path: string, text?: string])[]) =>
  Buffer.from(writeZip(entries.map(([path, text = '']): ZipEntry => ({ path, bytes: Buffer.from(text) }))));

/** Where an entry's record begins in the directory. */
const recordAt = (zip: Buffer) => zip.readUInt32LE(zip.length - 6);

/** The archive of one deflated entry whose directory declares this size. */
function deflated(bytes: Uint8Array, declaredBytes: number): Buffer {
  const zip = archive(['index.js', '']);
  const packed = deflateRawSync(bytes);
  const header = Buffer.from(zip.subarray(0, recordAt(zip)));
  const record = Buffer.from(zip.subarray(recordAt(zip), zip.length - 22));
  const end = Buffer.from(zip.subarray(zip.length - 22));
  for (const [part, at] of [
    [header, 8],
    [record, 10],
  ] as const) {
    part.writeUInt16LE(8, at);
    part.writeUInt32LE(packed.length, at + 10);
    part.writeUInt32LE(declaredBytes, at + 14);
  }
  end.writeUInt32LE(header.length + packed.length, 16);
  return Buffer.concat([header, packed, record, end]);
}

/** The same archive with its first entries as symbolic links. */
const linked = (zip: Buffer, count = 1) => withModes(zip, Array<number>(count).fill(0o120777));

/** The same archive with Unix modes for its first entries. */
function withModes(zip: Buffer, modes: readonly number[]): Buffer {
  const copy = Buffer.from(zip);
  let at = recordAt(copy);
  for (const mode of modes) {
    copy.writeUInt32LE(mode * 2 ** 16, at + 38);
    at += 46 + copy.readUInt16LE(at + 28) + copy.readUInt16LE(at + 30) + copy.readUInt16LE(at + 32);
  }
  return copy;
}

async function refusal(zip: Buffer): Promise<string> {
  try {
    await unpackZip(zip, folder);
  } catch (error) {
    if (error instanceof ZipError) return error.message;
    throw error;
  }
  return 'unpacked';
}

const SENTENCE = 'Could not unzip uploaded file. Please check your file, then try to upload again.';

test('files, folders and what is common in names are unpacked', async () => {
  await unpackZip(archive(['index.js', 'exports.a = 1'], ['lib/'], ['lib/ö.js', ''], ['./b/c.txt', 'c']), folder);
  expect((await readdir(folder, { recursive: true })).sort()).toEqual(['b', 'b/c.txt', 'index.js', 'lib', 'lib/ö.js']);
  expect(await readFile(join(folder, 'index.js'), 'utf8')).toBe('exports.a = 1');
});

test('a comment may stand behind the directory', async () => {
  const zip = archive(['a.txt', 'a']);
  zip.writeUInt16LE(7, zip.length - 2);
  await unpackZip(Buffer.concat([zip, Buffer.from('comment')]), folder);
  expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('a');
});

// `d` is `.`, so that `d/..` looks like a place inside and is the folder's parent.
test('links that lead out through one another are refused, and nothing is made through a link', async () => {
  const through = linked(archive(['d', '.'], ['out', 'd/../outside'], ['out/made/by', 'x']), 3);
  await mkdir(join(parent, 'outside'));
  await expect(refusal(through)).resolves.toContain(SENTENCE);
  expect(await readdir(join(parent, 'outside'))).toEqual([]);
  const out = linked(archive(['d', '.'], ['out', 'd/../outside']), 2);
  await rm(folder, { recursive: true });
  await mkdir(folder);
  await expect(refusal(out)).resolves.toBe(`${SENTENCE} (link 'out' leads out of the archive)`);
});

test('links in a circle are refused, and a link to nothing is left alone', async () => {
  await expect(refusal(linked(archive(['a', 'b'], ['b', 'a']), 2))).resolves.toContain('ELOOP');
  await rm(folder, { recursive: true });
  await mkdir(folder);
  await unpackZip(linked(archive(['a', 'nothing'])), folder);
  expect(await readlink(join(folder, 'a'))).toBe('nothing');
});

test('a link that stays inside is a link; no file is written through one', async () => {
  await unpackZip(linked(archive(['bin/run', '../index.js'], ['index.js', 'run'])), folder);
  expect(await readlink(join(folder, 'bin/run'))).toBe('../index.js');
  expect(await readFile(join(folder, 'bin/run'), 'utf8')).toBe('run');
});

// Lambda starts `bootstrap`, and what a layer has in `bin`.
// Source: docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html ("executable"); the mode: PKWARE APPNOTE 4.4.15.
test('what is executable in the archive can be executed, and nothing else can', async () => {
  const zip = archive(['bootstrap', '#!/bin/sh'], ['bin/mine', ''], ['notes.txt', ''], ['plain', '']);
  await unpackZip(withModes(zip, [0o100755, 0o100700, 0o100644]), folder);
  const isExecutable = (name: string) =>
    access(join(folder, name), constants.X_OK).then(
      () => true,
      () => false,
    );
  const names = ['bootstrap', 'bin/mine', 'notes.txt', 'plain'];
  expect(await Promise.all(names.map(isExecutable))).toEqual([true, true, false, false]);
});

test.each([
  ['no archive', Buffer.from('no archive at all, not at all'), /^Could not unzip/],
  ['a way out', archive(['../x']), `${SENTENCE} (invalid relative path: ../x)`],
  ['an absolute path', archive(['/x']), `${SENTENCE} (absolute path: /x)`],
  ['a backslash', archive(['a\\..\\x']), `${SENTENCE} (invalid characters in fileName: a\\..\\x)`],
  ['a NUL in a name', archive(['a\0b']), `${SENTENCE} (entry "a\\u0000b" has a control character)`],
  ['the folder itself', archive(['.', 'x']), `${SENTENCE} (entry '.' has no name)`],
  ['no name at all', archive(['', 'x']), `${SENTENCE} (entry '' has no name)`],
  ['a file where a folder is', archive(['a/b'], ['a', 'x']), /^Could not unzip uploaded file.* \(EISDIR/],
  ['a folder where a file is', archive(['a', 'x'], ['a/b']), /^Could not unzip uploaded file.* \((EEXIST|ENOTDIR)/],
  ['a name too long', archive(['x'.repeat(300), '']), /^Could not unzip uploaded file.* \(ENAMETOOLONG/],
  [
    'a link out',
    linked(archive(['a', '../../etc'])),
    `${SENTENCE} (link 'a' leads out of the archive, to '../../etc')`,
  ],
  ['a link to a root', linked(archive(['a', '/etc'])), `${SENTENCE} (link 'a' leads out of the archive, to '/etc')`],
  [
    'a link and what is below it',
    linked(archive(['a', 'b'], ['b/c'], ['a/d'])),
    /^Could not unzip uploaded file.* \(EEXIST/,
  ],
  [
    'more bytes declared than allowed',
    deflated(Buffer.alloc(10), 262_144_001),
    'Unzipped size must be smaller than 262144000 bytes',
  ],
  ['more bytes than declared', deflated(Buffer.alloc(1000), 10), /^Could not unzip uploaded file.* \(too many bytes/],
  [
    'other bytes than declared',
    deflated(Buffer.from('x'), 1),
    `${SENTENCE} (entry 'index.js' does not have its checksum)`,
  ],
] as const)('%s is refused', async (_what, zip, message) => {
  const said = await refusal(zip);
  if (typeof message === 'string') expect(said).toBe(message);
  else expect(said).toMatch(message);
  expect(await readdir(parent)).toEqual([folder.slice(parent.length + 1)]);
});

test('an archive that was damaged anywhere is unpacked or refused, and nothing is written beside the folder', async () => {
  const whole = archive(['index.js', 'exports.handler = 1'], ['lib/', ''], ['lib/a.js', 'a'.repeat(100)]);
  const damage = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255), cut: fc.option(fc.nat(whole.length)) });
  await fc.assert(
    fc.asyncProperty(damage, async ({ at, byte, cut }) => {
      const damaged = Buffer.from(whole);
      damaged[at] = byte;
      expect(await refusal(damaged.subarray(0, cut ?? damaged.length))).toMatch(
        /^(unpacked|Could not unzip|Unzipped size)/,
      );
      expect((await readdir(parent)).length).toBe(1);
    }),
    { numRuns: 300, seed: 7 },
  );
});
