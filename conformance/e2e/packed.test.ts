// The packages as npm would deliver them: packed, installed into an empty project, used from there.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root, run } from './run.ts';

let project: string;
beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'earwitness-packed-'));
  cpSync(`${root}examples/order-service`, project, {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  });
  await must(
    'npm',
    [
      'pack',
      '--silent',
      '--pack-destination',
      project,
      '-w',
      'packages/protocol',
      '-w',
      'packages/local',
      '-w',
      'packages/earwitness',
    ],
    root,
  );
  const tarballs = readdirSync(project).filter((file) => file.endsWith('.tgz'));
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'order-service', private: true, type: 'module' }),
  );
  await must(
    'npm',
    [
      'install',
      '--silent',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      ...tarballs.map((file) => `./${file}`),
      '@aws-sdk/client-eventbridge@3.1169.0',
      '@gomomento/sdk@1.118.1',
      'ulid@3.0.2',
      'vitest@4.1.12',
    ],
    project,
  );
});
afterAll(() => {
  rmSync(project, { recursive: true, force: true });
});

async function must(file: string, args: readonly string[], cwd: string): Promise<void> {
  const { code, stdout, stderr } = await run(file, args, { cwd });
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}\n${stdout}\n${stderr}`);
}

test('the packed packages, installed into an empty project, hear the event', async () => {
  const { code, stdout, stderr } = await run('npx', ['--no', 'earwitness', 'exec', '--', 'vitest', 'run'], {
    cwd: project,
  });
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  expect(stdout).toMatch(/Tests\s+1 passed/);
});

test('what README.md says first works as it stands: its test, by its command', async () => {
  const readme = readFileSync(`${root}README.md`, 'utf8');
  const [, snippet = ''] = /^```ts\n(import .*?)^```$/ms.exec(readme) ?? [];
  const [, command = ''] = /^npx (earwitness exec .*)$/m.exec(readme) ?? [];
  const folder = join(project, 'readme');
  mkdirSync(folder);
  writeFileSync(join(folder, 'order.test.ts'), snippet);
  for (const part of ['template.yaml', 'src']) cpSync(join(project, part), join(folder, part), { recursive: true });
  // Those of the project above are not meant.
  writeFileSync(join(folder, 'earwitness.config.js'), 'export default {};');
  writeFileSync(join(folder, 'vitest.config.js'), 'export default { test: { testTimeout: 60_000 } };');
  const { code, stdout, stderr } = await run('npx', ['--no', ...command.split(' ')], { cwd: folder });
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  expect(stdout).toMatch(/Tests\s+1 passed/);
});

test('a test that was bundled as docs/guide/runners.md says hears the event', async () => {
  const guide = readFileSync(`${root}docs/guide/runners.md`, 'utf8');
  const [, command = ''] = /^npx (esbuild .*)$/m.exec(guide) ?? [];
  await must('npx', ['--no', ...command.split(' ')], project);
  // The project's own says where its tests are.
  writeFileSync(join(project, 'bundled/vitest.config.js'), 'export default { test: { testTimeout: 60_000 } };');
  const args = ['--no', 'earwitness', 'exec', '--', 'vitest', 'run', '--root', 'bundled'];
  const { code, stdout, stderr } = await run('npx', args, { cwd: project });
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  expect(stdout).toMatch(/Tests\s+1 passed/);
});

test('the global setup of a runner starts the cloud, deploys the configured stacks and stops it', async () => {
  const code = `const { default: setup } = await import('earwitness/global-setup');
    const stop = await setup();
    console.log((await fetch(process.env.API_URL, { method: 'POST', body: '{"name":"a book"}' })).status);
    await stop();
    console.log(process.env.API_URL);`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: project });
  expect(stdout).toBe('201\nundefined\n');
});

test.each([
  ['import', 'module', "import { startLocal } from '@earwitness/local';"],
  ['require', 'commonjs', "const { startLocal } = require('@earwitness/local');"],
])(
  'the local cloud can be embedded by %s: a template in YAML, a function in TypeScript, a call',
  async (_by, type, door) => {
    const code = `${door}
    import('node:fs').then(async ({ readFileSync }) => {
      const local = await startLocal();
      const { ApiUrl } = await local.deploy({ name: 'orders', template: readFileSync('template.yaml', 'utf8'), directory: '.' });
      console.log((await fetch(ApiUrl, { method: 'POST', body: '{"name":"a book"}' })).status);
      await local.close();
    });`;
    const { stdout, stderr } = await run(process.execPath, [`--input-type=${type}`, '-e', code], { cwd: project });
    expect(stdout, stderr).toBe('201\n');
  },
);
