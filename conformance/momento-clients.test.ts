// Momento's clients for JavaScript, old and new, in processes of their own, against a local cloud that they find by their
// key. The cells for Chromium are in e2e/momento-browser.test.ts.
import { spawn } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { type Local, startLocal } from '@earwitness/local';
import { KEY_FORMS, type KeyForm } from '@earwitness/protocol/internal/momento/key';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  beginning,
  cellsOf,
  type Form,
  formatMatrix,
  MATRIX,
  type Row,
  type Tried,
  WAYS,
  type Way,
} from './momento-clients/matrix.ts';

const folder = new URL('momento-clients/', import.meta.url);
const isInstalled = existsSync(new URL('node_modules', folder));
if (!isInstalled) {
  console.log(
    'Old versions of the Momento SDK, and jsdom, are not tried: npm ci --ignore-scripts --prefix conformance/momento-clients installs them.',
  );
}

const PAGE = new URL('../docs/guide/momento-clients.md', import.meta.url);

test('the page of the guide has this table', async () => {
  const lines = (await readFile(PAGE, 'utf8')).split('\n');
  const begin = lines.findIndex((line) => line.startsWith('| client |'));
  const end = lines.findIndex((line, index) => index > begin && !line.startsWith('|'));
  expect(lines.slice(begin, end).join('\n')).toBe(formatMatrix());
});

test('the page of the guide has this preload', async () => {
  const preload = await readFile(new URL('localhost-names.mjs', folder), 'utf8');
  expect(await readFile(PAGE, 'utf8')).toContain(`\`\`\`js\n${preload}\`\`\`\n`);
});

const clouds = new Map<KeyForm, Local>();

beforeAll(async () => {
  for (const momentoKey of KEY_FORMS) clouds.set(momentoKey, await startLocal({ momentoKey }));
});

afterAll(async () => {
  for (const cloud of clouds.values()) await cloud.close();
});

/** The variables that a command of `exec --momento-key <form>` gets. */
function environmentFor(form: KeyForm, way: Way): NodeJS.ProcessEnv {
  const unproxied = '127.0.0.1,localhost';
  const host = { ...process.env, NO_PROXY: unproxied, no_proxy: unproxied, no_grpc_proxy: unproxied };
  const preload = `--import ${new URL('localhost-names.mjs', folder)}`;
  return { ...host, ...clouds.get(form)?.env, ...(way === 'preload' && { NODE_OPTIONS: preload }) };
}

/** Runs cells in a process of their own, and tells what became of each. */
async function run(row: Row, cells: readonly Tried[], env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const isWeb = row.place === 'jsdom';
  const order = JSON.stringify(cells.map((cell) => ({ ...cell, isWeb })));
  const name = row.version === '1.118.1' ? '@gomomento/sdk' : `sdk-${row.version}`;
  const args = isWeb ? ['in-jsdom.mjs', order] : ['in-node.mjs', name, order];
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const told: unknown = JSON.parse(await text(child.stdout));
  return Array.isArray(told) ? told.map(String) : [];
}

/** Without `grpc_proxy`, with every key at hand, one process tries all forms. */
async function tryRow(row: Row, way: Way, cells: readonly Tried[]): Promise<readonly string[]> {
  if (way !== 'environment') return run(row, cells, environmentFor('legacy', way));
  const answers = cells.map(({ form }, index) =>
    run(row, cells.slice(index, index + 1), environmentFor(keyOf(form), way)),
  );
  return (await Promise.all(answers)).flat();
}

function keyOf(form: Form): KeyForm {
  return form === 'none' ? 'legacy' : form;
}

const resolves = await lookup('web.localhost').then(
  () => true,
  () => false,
);

/** Where the machine resolves names below `localhost`, as some do, jsdom needs no preload. */
function expectedHere(row: Row, cell: Tried): Tried {
  const isFound = resolves && row.place === 'jsdom' && cell.way === 'environment';
  return isFound ? { ...cell, expected: 'works' } : cell;
}

const rows = MATRIX.filter(({ place }) => place !== 'Chromium').map(
  (row) => [`${row.client} ${row.version} in ${row.place}`, row] as const,
);

describe.each(rows)('%s', (_title, row) => {
  const isHere = isInstalled || row.version === '1.118.1';
  test.skipIf(!isHere).each(WAYS)('by %s', async (way) => {
    const cells = cellsOf(row, way).map((cell) => expectedHere(row, cell));
    const answers = await tryRow(row, way, cells);
    expect(cells.map((cell, index) => [cell.form, beginning(answers[index] ?? '', cell)])).toEqual(
      cells.map(({ form, expected }) => [form, expected]),
    );
  });
});
