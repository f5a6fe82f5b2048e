// What a function of Node can do only where it is a process of its own. What is the same everywhere is in
// ../running-function.test.ts.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { cleanUp, inlineFunction, project, start, type TestSettings } from '../test-function.ts';

afterEach(cleanUp);

const inProcess = (body: string, settings: TestSettings = {}) =>
  inlineFunction(`let kept; exports.handler = async (event) => { ${body} };`, { isolation: 'process', ...settings });

const exited = (text: string) => ({
  errorType: 'Runtime.ExitError',
  errorMessage: `RequestId: request-1 Error: ${text}`,
});

describe('a process of Node', () => {
  test('may change its working directory, which is its own folder before', async () => {
    const { invoke, running } = await inProcess(
      `const before = process.cwd(); process.chdir('/'); return [before, process.cwd(), require('child_process').execSync('pwd').toString()];`,
    );
    expect(JSON.parse((await invoke({})).payload)).toEqual([running.program.root, '/', '/\n']);
  });

  test('loads native addons', async (context) => {
    const addon = findAddon();
    if (addon === undefined) return context.skip('no addon for this machine is in node_modules');
    const { invoke } = await inProcess(`return Object.keys(require(${JSON.stringify(addon)})).length > 0;`, {
      memoryMb: 512,
    });
    expect((await invoke({})).payload).toBe('true');
  });

  test.each([
    ['app.mts', {}],
    ['app.ts', { 'package.json': '{"type":"module"}' }],
  ])('has the scope of a module in %s that is written as one', async (name, more) => {
    const code = project({ [name]: 'export const handler = async () => typeof __dirname + typeof module;', ...more });
    const { invoke } = await start({ code, handler: 'app.handler' }, { isolation: 'process' });
    expect((await invoke({})).payload).toBe('"undefinedundefined"');
  });

  test('has the scope of a module when its template says Format: esm', async () => {
    const code = { ...project({ 'app.ts': 'export const handler = async () => typeof __dirname;' }), isBuilt: true };
    const { invoke } = await start(
      { code: { ...code, format: 'esm' }, handler: 'app.handler' },
      { isolation: 'process' },
    );
    expect((await invoke({})).payload).toBe('"undefined"');
  });

  // As /var/runtime/bootstrap of Lambda's image sets it.
  test('has a heap of nine tenths of its memory', async () => {
    const { invoke } = await inProcess(`return process.execArgv.filter((flag) => flag.startsWith('--max'));`, {
      memoryMb: 1024,
    });
    expect(JSON.parse((await invoke({})).payload)).toEqual(['--max-old-space-size=922', '--max-semi-space-size=51']);
  });
});

describe('only the function ends by', () => {
  test.each([
    ['process.abort()', 'Runtime exited with error: signal: aborted'],
    // More than V8 has room for at once: it ends its process.
    [`kept = []; for (;;) kept.push(new Array(1e6).fill(0.5));`, expect.stringMatching(/signal: (aborted|killed)$/)],
    ['process.exitCode = 3; process.exit()', 'Runtime exited with error: exit status 3'],
  ])('%s', async (body, text) => {
    const { invoke } = await inProcess(`if (event.ok) return 'ok'; ${body}`);
    const { payload, failed } = await invoke({});
    expect(failed).toBe(true);
    expect(JSON.parse(payload).errorMessage).toEqual(typeof text === 'string' ? exited(text).errorMessage : text);
    expect((await invoke({ ok: true })).payload).toBe('"ok"');
  });
});

/** Resolves when there is no such process, and the cloud has heard of its end: until then it is a zombie of ours. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
}

test('an error between two invocations ends the process, and the next invocation starts anew', async () => {
  const { invoke, printed } = await inProcess(
    `if (event.first) { process.on('exit', (code) => console.log('code', code)); setTimeout(() => { throw new Error('late') }, 1); } return process.pid;`,
  );
  const ended = printed('code 129');
  const first = (await invoke({ first: true })).payload;
  await ended;
  await gone(Number(first));
  const second = await invoke({});
  expect([second.failed, second.payload === first]).toEqual([false, false]);
});

test('what native code and children write to the standard streams is in its log', async () => {
  const { invoke } = await inProcess(
    `require('fs').writeSync(1, 'raw\\n'); require('child_process').execSync('echo child', { stdio: 'inherit' });`,
  );
  const { log } = await invoke({});
  expect(log.slice(1, -2).map(({ message }) => message)).toEqual(['raw', 'child']);
});

test('a line of 300,000 characters is cut as a worker cuts it, and a flood is counted', async () => {
  const { invoke } = await inProcess(
    `console.log('x'.repeat(300000)); for (let i = 0; i < 20000; i++) console.log('y');`,
  );
  const { log } = await invoke({});
  const [first = '', ...others] = log.slice(1, -2).map(({ message }) => message);
  expect([first.length, first.slice(first.indexOf('…'))]).toEqual([
    '2026-11-22T12:00:00.000Z\trequest-1\tINFO\t'.length + 262_144 + 52,
    '… (37856 more characters of this line were not kept)',
  ]);
  expect(others.at(-1)).toMatch(/^[\d,]+ more lines were not kept/);
});

test('one that writes what is no message where messages go is ended, and the journal says so', async () => {
  const { invoke, journal } = await inProcess(
    `require('fs').writeSync(3, 'nonsense\\n'); await new Promise((r) => setTimeout(r, 1e4));`,
  );
  expect(JSON.parse((await invoke({})).payload)).toEqual(exited('Runtime exited with error: exit status 1'));
  expect(journal.read().flatMap((fact) => (fact.kind === 'warning' ? [fact.message] : []))).toEqual([
    'An environment of orders said something that is no message, and was ended.',
  ]);
});

/** Any compiled addon that this machine can load. */
function findAddon(): string | undefined {
  const folder = join(import.meta.dirname, '../../../../../node_modules');
  const here = new RegExp(`${process.platform}[-/]${process.arch}(-gnu|-glibc|/|$)`);
  const foldersIn = (path: string) =>
    readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(path, name));
  return foldersIn(folder)
    .flatMap((path) => (/@[^/]+$/.test(path) ? foldersIn(path) : [path]))
    .filter((path) => here.test(path))
    .flatMap((path) => readdirSync(path).map((name) => join(path, name)))
    .find((path) => path.endsWith('.node'));
}
