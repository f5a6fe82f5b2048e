// What V8 compiled of the bundled command line is kept beside it and used by the next start, and is never more than a copy: whatever becomes
// of it, the command line does the same.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cli, root, run } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'earwitness-'));
const bin = join(folder, 'dist/bin');
const main = join(bin, 'main.js');
mkdirSync(join(folder, 'dist'));
cpSync(dirname(cli), bin, { recursive: true, filter: (file) => !file.includes('.v8cache') });
cpSync(join(root, 'packages/earwitness/package.json'), join(folder, 'package.json'));
afterAll(() => rmSync(folder, { recursive: true }));

const version = (...flags: string[]) => run(process.execPath, [...flags, join(bin, 'earwitness.js'), '--version']);
const kept = () => readdirSync(bin).filter((name) => name.includes('.v8cache'));
const fine = { code: 0, stdout: '0.1.0\n', stderr: '' };

test('what was compiled is kept once and used', async () => {
  expect(await version()).toEqual(fine);
  expect(kept()).toEqual([expect.stringMatching(/^main\.js\.[0-9a-f]+\.v8cache$/)]);
  const before = readFileSync(join(bin, kept()[0] ?? ''));
  expect(await version()).toEqual(fine);
  expect(readFileSync(join(bin, kept()[0] ?? ''))).toEqual(before);
});

test('what is damaged or cut short is made again, and flags of V8 have their own', async () => {
  const file = join(bin, kept()[0] ?? '');
  const whole = readFileSync(file);
  const damaged = Buffer.from(whole);
  damaged.writeUInt8(damaged.readUInt8(200) ^ 1, 200);
  for (const bad of [damaged, whole.subarray(0, 200), Buffer.alloc(0)]) {
    writeFileSync(file, bad);
    expect(await version()).toEqual(fine);
    expect(readFileSync(file).length).toBe(whole.length);
  }
  expect(await version('--no-opt')).toEqual(fine);
  expect(kept()).toHaveLength(2);
});

test('a file that was edited is compiled anew, though it is as long as before', async () => {
  const text = readFileSync(main, 'latin1');
  const edited = text.replace('"../../package.json"', '"../../package.jsom"');
  expect(edited).not.toBe(text);
  writeFileSync(main, edited, 'latin1');
  expect((await version()).stderr).toContain('package.jsom');
  writeFileSync(main, text, 'latin1');
});
