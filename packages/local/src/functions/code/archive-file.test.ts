// Source: `sam package` and `aws cloudformation package` upload a file that CodeUri names as it is.
import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { whyNotRun } from '../runtimes.ts';
import { cleanUp, project, start } from '../test-function.ts';
import { writeZip } from './zip.ts';

afterEach(cleanUp);

function archive(answer: string) {
  return writeZip([{ path: 'index.js', bytes: Buffer.from(`exports.handler = async () => '${answer}';`) }]);
}

test('a file is taken as the archive of the code, and read again when it is written anew', async () => {
  const code = project({});
  const path = join(code.path, 'app.jar');
  writeFileSync(path, archive('one'));
  const one = await start({ code: { ...code, path }, handler: 'index.handler' });
  expect([(await one.invoke({})).payload, one.running.program.isStale()]).toEqual(['"one"', false]);
  writeFileSync(path, archive('two'));
  utimesSync(path, 1, 1);
  expect(one.running.program.isStale()).toBe(true);
  const two = await start({ code: { ...code, path }, handler: 'index.handler' });
  expect((await two.invoke({})).payload).toBe('"two"');
  // A build removes it for a moment.
  rmSync(path);
  expect(two.running.program.isStale()).toBe(false);
});

test('of an archive it is not known ahead whether its code runs', async () => {
  const code = project({ 'app.zip': '' });
  const asked = { runtime: 'provided.al2023', code: { ...code, path: join(code.path, 'app.zip') }, hasLayers: false };
  expect(await whyNotRun(asked)).toBeUndefined();
});
