// `earwitness report` and `replay`, over evidence that a test of a user's left behind.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { MemoryTopic, subscribe } from 'earwitness';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { earwitness, run } from './run.ts';

let folder: string;

/** A folder with the evidence of two test files, one with a wait that was not met. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'earwitness-evidence-'));
  vi.stubEnv('EARWITNESS_REPORT', join(folder, 'report'));
  const topic = new MemoryTopic('orders');
  const events = await subscribe({ transport: topic, timeoutMs: 20 });
  topic.publish({ source: 'OrderService', 'detail-type': 'OrderCreated', detail: { id: '1', name: 'A book' } });
  await events.waitForMessageMatching({ 'detail-type': 'OrderCreated', detail: { id: '1' } });
  await events.waitForMessageMatching((event) => event.source === 'OrderService');
  await events.unsubscribe();
  const bad = await subscribe({ transport: topic, timeoutMs: 20 });
  topic.publish({ source: 'OrderService', 'detail-type': 'OrderCreated', detail: { id: '2', name: 'A book' } });
  await bad.waitForMessageMatching({ detail: { id: '2', name: 'a book' } }).catch(() => undefined);
  await bad.unsubscribe();
  vi.unstubAllEnvs();
  const [good = '', failed = ''] = readFileSync(evidence('conformance-e2e-evidence.test.ts'), 'utf8').split(
    /(?<=\n)(?=\{[^\n]*"kind":"subscription")/,
  );
  writeFileSync(evidence('good.test.ts'), good);
  writeFileSync(evidence('bad.test.ts'), failed);
  rmSync(evidence('conformance-e2e-evidence.test.ts'));
  rmSync(join(folder, 'report', 'conformance-e2e-evidence.test.ts.html'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const evidence = (name: string) => join(folder, 'report', `${name}.ndjson`);

test('report makes the pages and an index, those with something not met first, and prints its path', async () => {
  const { code, stdout, stderr } = await earwitness(['report', join(folder, 'report'), '--no-open']);
  const index = join(folder, 'report', 'index.html');
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${index}\n`, stderr: '' });
  const html = readFileSync(index, 'utf8');
  const text = html.replaceAll(/<style>.*?<\/style>|<[^>]+>/gs, ' ').replaceAll(/\s+/g, ' ');
  expect(text.trim().replaceAll(/, \d+ ms|(?<=\.ts):\d+:\d+/g, '')).toBe(
    'Evidence · Earwitness Evidence ✗ 1 of 2 test files with failures ' +
      'bad.test.ts ✗ 1 of 1 wait not met 1 message ' +
      'orders conformance/e2e/evidence.test.ts ✗ a matching event : ' +
      'no event matched within 20 ms: 1 received, the closest differs in 1 of 2 fields ' +
      'good.test.ts ✓ 2 waits, all met 1 message',
  );
  const links = [...html.matchAll(/href="([^"#]*\.html)(?:#([^"]*))?"/g)].map(([, link = '', id = '']) => {
    const page = readFileSync(join(folder, 'report', link), 'utf8');
    return [link, id !== '' && page.includes(`id="${id}"`)];
  });
  expect(links).toEqual([
    ['bad.test.ts.html', false],
    ['bad.test.ts.html', true],
    ['good.test.ts.html', false],
  ]);
});

test('report opens the page of a single test file with what the desktop opens pages with', async () => {
  const bin = join(folder, 'bin');
  const [opened, single] = [join(folder, 'opened'), join(folder, 'single')];
  mkdirSync(bin);
  mkdirSync(single);
  writeFileSync(join(single, 'good.test.ts.ndjson'), readFileSync(evidence('good.test.ts')));
  for (const name of ['xdg-open', 'open']) {
    writeFileSync(
      join(bin, name),
      `#!/bin/sh\nprintf '%s' "$1" > '${opened}.part' && mv '${opened}.part' '${opened}'\n`,
    );
    chmodSync(join(bin, name), 0o755);
  }
  vi.stubEnv('PATH', `${bin}${delimiter}${process.env['PATH']}`);
  vi.stubEnv('DISPLAY', ':0');
  vi.stubEnv('CI', '');
  await earwitness(['report', single]);
  vi.unstubAllEnvs();
  await vi.waitFor(() => expect(readFileSync(opened, 'utf8')).toBe(join(single, 'good.test.ts.html')), 20_000);
});

test.each([
  [[], 'which folder? earwitness report <folder>.'],
  [['no-such-folder'], 'there is no folder no-such-folder.'],
  [['docs'], 'there is no evidence in docs.'],
])('report %j has nothing to show, and says how a run writes evidence', async (args, reason) => {
  const { code, stdout, stderr } = await earwitness(['report', ...args]);
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: '',
    stderr: `earwitness: ${reason} A run writes evidence with EARWITNESS_REPORT=<folder> in its environment.\n`,
  });
});

test('replay prints each verdict, and ends with 0 when all were met again', async () => {
  const { code, stdout } = await earwitness(['replay', evidence('good.test.ts')]);
  expect({ code, stdout: stdout.replaceAll(/:\d+:\d+/g, ':LINE') }).toEqual({
    code: 0,
    stdout: `
  ${evidence('good.test.ts')}

  ✓ OrderCreated
    conformance/e2e/evidence.test.ts:LINE
  ? an event that the predicate accepts
    conformance/e2e/evidence.test.ts:LINE
    cannot be replayed: a function
    recorded: met

  1 met, 1 not replayed

`,
  });
});

test('replay prints the page of what is not met, and ends with 1', async () => {
  const { code, stdout } = await earwitness(['replay', evidence('bad.test.ts')]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/✗ a matching event\n.*\n\n {4}no event matched within 20 ms: 1 received/);
  expect(stdout).toContain('+ detail.name  "A book"   received');
  expect(stdout).toContain('\n  1 failed\n');
});

test('replay judges an expectation that was edited in the file, and says that the record was another', async () => {
  const edited = join(folder, 'edited.ndjson');
  writeFileSync(edited, readFileSync(evidence('bad.test.ts'), 'utf8').replace('"name":"a book"', '"name":"A book"'));
  const { code, stdout } = await earwitness(['replay', edited]);
  expect(code).toBe(1);
  expect(stdout).toContain('    recorded as EventNotReceivedError, now met\n\n  1 met, 1 unlike the record\n');
});

test('replay as JSON tells each wait with its record and its verdict', async () => {
  const { code, stdout } = await earwitness(['replay', '--json', evidence('bad.test.ts')]);
  const told = JSON.parse(stdout) as { files: { file: string; waits: { page: string[] }[] }[] };
  expect(code).toBe(1);
  expect(told).toMatchObject({
    files: [
      {
        file: evidence('bad.test.ts'),
        waits: [{ recorded: 'EventNotReceivedError', outcome: 'EventNotReceivedError' }],
      },
    ],
  });
  expect(told.files[0]?.waits[0]?.page.length).toBeGreaterThan(0);
});

test('replay names the line of a file that it cannot read', async () => {
  const broken = join(folder, 'broken.ndjson');
  writeFileSync(broken, `${readFileSync(evidence('good.test.ts'), 'utf8')}{"kind":"wait","sub\n`);
  expect(await earwitness(['replay', broken])).toEqual({
    code: 2,
    stdout: '',
    stderr: `earwitness: ${broken}:5: this line cannot be replayed: it is not JSON.\n`,
  });
});

test('in GitHub Actions a failed wait is annotated once, at the line that waited; elsewhere nothing is printed', async () => {
  const script = join(folder, 'orders.spec.mjs');
  writeFileSync(
    script,
    `import { MemoryTopic, subscribe } from '${new URL('../../packages/earwitness/dist/index.js', import.meta.url)}';
const topic = new MemoryTopic('orders');
const events = await subscribe({ transport: topic, timeoutMs: 20 });
process.stdout.write('half a line');
for (let attempt = 0; attempt < 2; attempt++) {
  await events.waitForMessageMatching({ 'detail-type': 'OrderCreated' }).catch(() => {});
}
await events.unsubscribe();
`,
  );
  const env = { VITEST: undefined, GITHUB_WORKSPACE: folder, GITHUB_STEP_SUMMARY: undefined };
  const inGithub = await run(process.execPath, [script], { cwd: folder, env: { ...env, GITHUB_ACTIONS: 'true' } });
  expect(inGithub.stdout.split('\n').map((line) => line.replace(/%0A.*/, '%0A…'))).toEqual([
    'half a line',
    '::error file=orders.spec.mjs,line=6,col=16,title=OrderCreated%3A no event arrived within 20 ms::no event arrived within 20 ms%0A…',
    '',
  ]);
  expect(inGithub.code).toBe(0);
  const elsewhere = await run(process.execPath, [script], { cwd: folder, env: { ...env, GITHUB_ACTIONS: undefined } });
  expect(elsewhere).toEqual({ code: 0, stdout: 'half a line', stderr: '' });
});
