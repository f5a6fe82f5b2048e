// Forty templates in the style of public ones: the page of each, and whether it deploys when its page says so. The pages
// are files beside the templates, to be read; `vitest -u` writes them.
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { assessmentPage, DeploymentError, isGreen, type Local, startLocal } from '@earwitness/local';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const directory = fileURLToPath(new URL('./templates/', import.meta.url));
const names = readdirSync(directory).flatMap((file) => /^(.+)\.yaml$/.exec(file)?.[1] ?? []);
const counts: Record<string, readonly number[]> = {};

let local: Local;
beforeEach(async () => {
  // The pages are those of a machine without Python and its like, whatever this one has.
  vi.stubEnv('PATH', '/nowhere');
  local = await startLocal();
});
afterEach(async () => {
  await local.close();
  vi.unstubAllEnvs();
});

test.each(names)('%s', async (name) => {
  const template = await readFile(`${directory}${name}.yaml`, 'utf8');
  const assessment = await local.assess({ name, template, directory });
  const page = assessmentPage(assessment);
  expect(page.filter((line) => line.length > 80 && !/^ +→ /.test(line))).toEqual([]);
  await expect(`${page.join('\n')}\n`).toMatchFileSnapshot(`templates/${name}.page.txt`);
  const { served, standsIn, wrong, toGive } = assessment;
  const resources = Object.values(served).reduce((sum, count) => sum + count, 0);
  counts[name] = [resources, standsIn.length, wrong.length, toGive.length];
  const deployed = await local.deploy({ name, template, directory }).catch((error) => error);
  expect(deployed instanceof DeploymentError, String(deployed)).toBe(!isGreen(assessment));
});

test('counts of all of them', async () => {
  const rows = Object.entries(counts).map(([name, row]) => `| ${name} | ${row.join(' | ')} |`);
  const sums = [0, 1, 2, 3].map((index) => Object.values(counts).reduce((sum, row) => sum + (row[index] ?? 0), 0));
  const table = [
    ...['| template | served | stands in | wrong | to be given |', '|---|---|---|---|---|'],
    ...[...rows, `| all ${rows.length} | ${sums.join(' | ')} |`],
  ];
  // A run of some of the templates counts nothing.
  if (rows.length === names.length) await expect(`${table.join('\n')}\n`).toMatchFileSnapshot('templates/counts.md');
});
