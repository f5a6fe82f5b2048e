// A function as a process, whatever runs in it: how it ends, and what is left of it. The process is Node here, because
// it is there wherever these tests run. Sentences recorded on AWS: LocalStack test_lambda (Runtime.ExitError,
// Sandbox.Timedout).
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, expect, test } from 'vitest';
import { cleanUp, createPlatform, project, start } from '../test-function.ts';
import { Processes } from './processes.ts';

afterEach(cleanUp);

/** `handle(event)` is the body of an async function; what it returns is the answer. `first` runs before. */
function bootstrapOf({ first = '', handle }: { readonly first?: string; readonly handle: string }): string {
  return `#!${process.execPath}
const http = require('node:http');
const call = (method, path, body) => new Promise((resolve, reject) => {
  const request = http.request('http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime' + path, { method });
  request.on('response', async (response) => resolve({ headers: response.headers, text: (await response.toArray()).join('') }));
  request.on('error', reject).end(body);
});
const handle = async (event, headers) => { ${handle} };
(async () => {
  ${first}
  for (;;) {
    const { headers, text } = await call('GET', '/invocation/next');
    const path = '/invocation/' + headers['lambda-runtime-aws-request-id'];
    try {
      await call('POST', path + '/response', JSON.stringify(await handle(JSON.parse(text), headers) ?? null));
    } catch (error) {
      await call('POST', path + '/error', JSON.stringify({ errorType: error.name, errorMessage: error.message }));
    }
  }
})();
`;
}

async function functionOf(program: string | { readonly first?: string; readonly handle: string }, memoryMb = 512) {
  const parts = typeof program === 'string' ? { handle: program } : program;
  const code = project({ bootstrap: bootstrapOf(parts) });
  chmodSync(join(code.path, 'bootstrap'), 0o755);
  return await start({ code, handler: 'any' }, { runtime: 'provided.al2023', memoryMb });
}

const exited = (text: string) => ({
  errorType: 'Runtime.ExitError',
  errorMessage: `RequestId: request-1 Error: ${text}`,
});

test('an environment is reused while it is warm', async () => {
  const { invoke } = await functionOf('return [process.pid, event];');
  const [first, second] = [await invoke('a'), await invoke('b')];
  const [pid] = JSON.parse(first.payload);
  expect([JSON.parse(first.payload), JSON.parse(second.payload)]).toEqual([
    [pid, 'a'],
    [pid, 'b'],
  ]);
});

test('it leads a process group of its own, in the folder of its code, with its variables and nothing of the host', async () => {
  const { invoke, running } = await functionOf(`
    const group = require('child_process').execSync('ps -o pgid= -p ' + process.pid).toString().trim();
    return [Number(group) === process.pid, process.cwd(), process.env];`);
  const [leads, cwd, { AWS_LAMBDA_RUNTIME_API, ...variables }] = JSON.parse((await invoke({})).payload);
  expect([leads, cwd, variables]).toEqual([true, running.program.root, running.settings.variables]);
  expect(AWS_LAMBDA_RUNTIME_API).toMatch(/^127\.0\.0\.1:\d+$/);
});

test('what it printed before its answer is in the log, a line without its end too', async () => {
  const { invoke } = await functionOf(
    `for (let i = 0; i < 5000; i++) require('fs').writeSync(1, 'line ' + i + '\\n'); require('fs').writeSync(2, 'last');`,
  );
  const { log } = await invoke({});
  const lines = log.map(({ message }) => message).filter((message) => /^line|^last/.test(message));
  expect([lines.length, lines[0], lines[4999], lines.at(-1)]).toEqual([5001, 'line 0', 'line 4999', 'last']);
});

test('a flood of output is kept up to the limit, and the rest is counted', async () => {
  const { invoke } = await functionOf(`const line = 'x'.repeat(99) + '\\n';
    for (let i = 0; i < 300; i++) await new Promise((done) => process.stdout.write(line.repeat(100), done));`);
  const { log } = await invoke({});
  const kept = log.filter(({ message }) => message.startsWith('xxx')).length;
  const notice = log.map(({ message }) => message).find((message) => message.includes('were not kept'));
  expect([kept, notice?.replace(/[\d,]+/, 'N')]).toEqual([
    10_000,
    'N more lines were not kept: Earwitness keeps 10,000 lines and 4,194,304 characters of one invocation.',
  ]);
});

test.each([
  ['process.exit(0)', 'Runtime exited without providing a reason'],
  ['process.exit(3)', 'Runtime exited with error: exit status 3'],
  [`process.kill(process.pid, 'SIGKILL'); await new Promise(() => {})`, 'Runtime exited with error: signal: killed'],
  [
    `process.kill(process.pid, 'SIGSEGV'); await new Promise(() => {})`,
    'Runtime exited with error: signal: segmentation fault',
  ],
])('%s is answered, and the next invocation starts anew', async (handle, sentence) => {
  const { invoke } = await functionOf(`if (event.first) { ${handle} } return 'again';`);
  expect(JSON.parse((await invoke({ first: true })).payload)).toEqual(exited(sentence));
  expect((await invoke({})).payload).toBe('"again"');
});

test('one that ends while it starts is answered so', async () => {
  const { invoke } = await functionOf({ first: 'process.exit(7)', handle: '' });
  expect(JSON.parse((await invoke({})).payload)).toEqual(exited('Runtime exited with error: exit status 7'));
});

test('an error while it starts is answered as it was posted', async () => {
  const posted = `{"errorType": "Boom", "errorMessage": "not today"}`;
  const { invoke } = await functionOf({
    first: `await call('POST', '/init/error', ${JSON.stringify(posted)}); process.exit(1);`,
    handle: '',
  });
  const { payload, failed } = await invoke({});
  expect([payload, failed]).toEqual([posted, true]);
});

test('an endless loop is ended by the clock, with all that it started', async () => {
  const { invoke, clock, printed } = await functionOf(`
    const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    console.log('child'); console.error(child.pid); await new Promise((done) => setTimeout(done, 10)); for (;;) {}`);
  const atWork = printed('child');
  const answer = invoke({});
  await atWork;
  await clock.advance(3000);
  const { payload, log } = await answer;
  expect(JSON.parse(payload)).toEqual({
    errorType: 'Sandbox.Timedout',
    errorMessage: 'RequestId: request-1 Error: Task timed out after 3.00 seconds',
  });
  const pid = Number(log.map(({ message }) => message).find((message) => /^\d+$/.test(message)));
  await expect.poll(() => isRunning(pid)).toBe(false);
});

test.skipIf(process.platform !== 'linux')('one that holds more memory than its function may is ended', async () => {
  const { invoke } = await functionOf(
    `global.kept = []; for (;;) { kept.push(Buffer.alloc(2 ** 24, 1)); await new Promise((done) => setTimeout(done, 20)); }`,
    128,
  );
  expect(JSON.parse((await invoke({})).payload)).toEqual(exited('Runtime exited with error: signal: killed'));
});

test('a program that the system cannot run is answered with what the system says', async () => {
  const code = project({ bootstrap: '#!/nowhere/at/all\n' });
  chmodSync(join(code.path, 'bootstrap'), 0o755);
  const { invoke } = await start({ code, handler: 'any' }, { runtime: 'provided.al2023' });
  const { errorType, errorMessage } = JSON.parse((await invoke({})).payload);
  expect([errorType, errorMessage]).toEqual([
    'Runtime.InvalidEntrypoint',
    expect.stringContaining("Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap] ("),
  ]);
});

test('what cannot be handed over to a process is answered, and nothing else is hurt', async () => {
  const code = project({ bootstrap: bootstrapOf({ handle: 'return 1;' }) });
  chmodSync(join(code.path, 'bootstrap'), 0o755);
  const variables = { COLOUR: 'red\0' };
  const { invoke } = await start({ code, handler: 'any' }, { runtime: 'provided.al2023', variables });
  const { errorType } = JSON.parse((await invoke({})).payload);
  expect(errorType).toBe('Runtime.InvalidEntrypoint');
});

test('forty functions at once are all answered', async () => {
  const platform = createPlatform();
  const code = project({ bootstrap: bootstrapOf({ handle: 'return event;' }) });
  chmodSync(join(code.path, 'bootstrap'), 0o755);
  const answers = Array.from({ length: 40 }, async (_, index) => {
    const { invoke } = await start(
      { code, handler: 'any' },
      { runtime: 'provided.al2023', name: `f${index}` },
      platform,
    );
    return (await invoke(index)).payload;
  });
  expect(await Promise.all(answers)).toEqual(Array.from({ length: 40 }, (_, index) => String(index)));
});

test.skipIf(process.platform === 'win32')('no process outlives a cloud that is killed', async () => {
  const cloud = `
    import { spawn } from 'node:child_process';
    import { Processes } from './processes.ts';
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
    new Processes().add(child.pid);
    console.log(child.pid);`;
  const stdin = { contents: cloud, resolveDir: import.meta.dirname };
  const { outputFiles } = await build({ stdin, bundle: true, write: false, platform: 'node', format: 'esm' });
  const file = join(project({ 'cloud.mjs': outputFiles[0]?.text ?? '' }).path, 'cloud.mjs');
  const { stdout, kill } = spawnHere(file);
  const pid = Number(await once(stdout, 'data'));
  expect(isRunning(pid)).toBe(true);
  kill();
  await expect.poll(() => isRunning(pid)).toBe(false);
});

test('only so many start at once, and each is told its turn', async () => {
  const processes = new Processes(createPlatform().clock);
  const turns: string[] = [];
  const take = async (name: string) => {
    const done = await processes.takeTurn();
    turns.push(name);
    return done;
  };
  const many = Array.from({ length: 200 }, (_, index) => take(String(index)));
  const [first] = await Promise.all(many.slice(0, 1));
  const before = turns.length;
  first?.();
  first?.();
  await expect.poll(() => turns.length).toBe(before + 1);
});

function spawnHere(file: string) {
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  return { stdout: child.stdout, kill: () => child.kill('SIGKILL') };
}

/** A process that has ended and that nobody asked about is a zombie (Z). */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}
