import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { bundleCode, isStale } from './node/bundle.ts';
import { ProgramError } from './program.ts';
import { RunningFunction } from './running-function.ts';
import { cleanUp, createPlatform, inline, inlineFunction, onCleanUp, project, start } from './test-function.ts';

afterEach(cleanUp);

// The same whether a thread or a process runs it.
describe.each(['worker', 'process'] as const)('in a %s,', (isolation) => {
  const startIn = (...[code, settings]: Parameters<typeof start>) => start(code, { isolation, ...settings });
  const inlineIn = (text: string) => inlineFunction(text, { isolation });

  describe('a handler', () => {
    test('in TypeScript, beside its own modules, answers what it returns', async () => {
      const code = project({
        'src/app.ts': `import { double } from './double';\nexport const handler = async (event: { n: number }) => ({ n: double(event.n) });`,
        'src/double.ts': 'export const double = (n: number): number => n * 2;',
      });
      const { invoke } = await startIn({ code, handler: 'src/app.handler' });
      expect(await invoke({ n: 21 })).toMatchObject({ payload: '{"n":42}', failed: false });
    });

    test('sees its own environment, Lambda its context, and nothing of the host', async () => {
      process.env['SECRET_OF_THE_HOST'] = 'x';
      onCleanUp(() => delete process.env['SECRET_OF_THE_HOST']);
      const { running, invoke } = await inlineIn(
        `exports.handler = async (event, context) => ({ env: process.env, ...context, left: context.getRemainingTimeInMillis() > 2000 });`,
      );
      const { payload } = await invoke({}, { traceId: 'Root=1-2-3' });
      // Recorded on AWS: LocalStack lambda_common, the environment of nodejs24.x.
      const NODE_PATH = `/opt/nodejs/node20/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:${running.program.root}`;
      const seen = JSON.parse(payload);
      // In Lambda all runtimes have it; a thread needs none.
      if (isolation === 'process') delete seen.env.AWS_LAMBDA_RUNTIME_API;
      expect(seen).toEqual({
        env: { ...running.settings.variables, NODE_PATH, _X_AMZN_TRACE_ID: 'Root=1-2-3' },
        callbackWaitsForEmptyEventLoop: true,
        functionName: 'orders',
        functionVersion: '$LATEST',
        invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:orders',
        memoryLimitInMB: '128',
        logGroupName: '/aws/lambda/orders',
        logStreamName: '2026/11/22/[$LATEST]1',
        awsRequestId: 'request-1',
        left: true,
      });
    });

    test('may answer by callback, which waits for an empty event loop unless told otherwise', async () => {
      const { invoke } = await inlineIn(`
        let ended = false;
        exports.handler = (event, context, callback) => {
          context.callbackWaitsForEmptyEventLoop = event.wait;
          const answer = { get ended() { return ended; } };
          setTimeout(() => { ended = true; }, 20);
          callback(null, answer);
        };`);
      expect(await invoke({ wait: false })).toMatchObject({ payload: '{"ended":false}' });
      expect(await invoke({ wait: true })).toMatchObject({ payload: '{"ended":true}' });
    });

    test('that leaves nothing to wait for and never answers, answers null', async () => {
      const { invoke } = await inlineIn('exports.handler = () => new Promise(() => {});');
      expect(await invoke({})).toMatchObject({ payload: 'null', failed: false });
      expect(await invoke({})).toMatchObject({ payload: 'null', failed: false });
    });

    // Source: aws-lambda-nodejs-runtime-interface-client 3.3, Runtime.js and Errors.js (NodeJsExit).
    test('that is async and leaves nothing to wait for fails, and is invoked again', async () => {
      const { invoke } = await inlineIn(
        'exports.handler = async (event) => { if (!event.ok) await new Promise(() => {}); };',
      );
      expect(JSON.parse((await invoke({})).payload)).toEqual({
        errorType: 'Runtime.NodeJsExit',
        errorMessage:
          'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes',
        trace: [expect.stringMatching(/^Runtime\.NodeJsExit: The Lambda runtime client/)],
      });
      expect((await invoke({ ok: true })).payload).toBe('null');
    });

    test('keeps its module state between invocations, and each of two at once has an environment of its own', async () => {
      const { invoke } = await inlineIn(`
        let calls = 0;
        exports.handler = async (event) => { calls++; await new Promise((r) => setTimeout(r, event.ms)); return calls; };`);
      expect((await invoke({ ms: 0 })).payload).toBe('1');
      expect((await invoke({ ms: 0 })).payload).toBe('2');
      const both = await Promise.all([invoke({ ms: 50 }), invoke({ ms: 50 })]);
      expect(both.map((result) => result.payload).sort()).toEqual(['1', '3']);
    });

    test('with top-level await and Node modules in both styles loads', async () => {
      const code = project({
        'app.mts': `import { basename } from 'node:path';\nimport os from 'os';\nimport { old } from './old.cjs';
          const greeting = await Promise.resolve('hello');
          export const handler = async () => [greeting, basename('/a/b'), typeof os.EOL, old, import.meta.url];`,
        'old.cjs': `exports.old = require('path').basename('/x/y');`,
      });
      const { invoke } = await startIn({ code, handler: 'app.handler' });
      expect(JSON.parse((await invoke({})).payload)).toEqual([
        'hello',
        'b',
        'string',
        'y',
        `file://${code.path}/app.mts`,
      ]);
    });

    test('may import an external package at run time, from its own node_modules', async () => {
      const code = project({
        'app.ts': `import plain from 'plain'; export const handler = async () => [plain, (await import('modern')).name];`,
        'node_modules/plain/index.js': `module.exports = 'plain';`,
        'node_modules/modern/package.json': `{"type":"module","exports":"./main.js"}`,
        'node_modules/modern/main.js': `export const name = 'modern';`,
      });
      const { invoke } = await startIn({ code: { ...code, external: ['plain', 'modern'] }, handler: 'app.handler' });
      expect((await invoke({})).payload).toBe('["plain","modern"]');
    });
  });

  describe('a failing handler', () => {
    test('answers the error in Lambda’s shape, with the lines of the TypeScript source', async () => {
      const code = project({
        'app.ts': `interface Order { id: string }\n\nclass TooSmall extends Error { override name = 'TooSmall' }\nexport async function handler(event: Order): Promise<void> {\n  throw new TooSmall('no ' + event.id);\n}\n`,
      });
      const { invoke, journal } = await startIn({ code, handler: 'app.handler' });
      const result = await invoke({ id: 'x' });
      expect(result.failed).toBe(true);
      expect(JSON.parse(result.payload)).toEqual({
        errorType: 'TooSmall',
        errorMessage: 'no x',
        trace: ['TooSmall: no x', `    at handler (${code.path}/app.ts:5:9)`],
      });
      expect(journal.read().map(({ seq, at, ...fact }) => fact)).toEqual([
        { kind: 'function.invoked', functionName: 'orders', invocationId: 'request-1' },
        {
          kind: 'function.finished',
          functionName: 'orders',
          invocationId: 'request-1',
          durationMs: 0,
          outcome: 'threw',
          error: { name: 'TooSmall', message: 'no x', stack: [`at handler (${code.path}/app.ts:5:9)`] },
        },
      ]);
    });

    test('that throws what is not an error, or answers what is not JSON, says so', async () => {
      const { invoke } = await inlineIn(`
        exports.handler = async (event) => { if (event.thrown) throw 'words'; const loop = {}; loop.loop = loop; return loop; };`);
      expect(JSON.parse((await invoke({ thrown: true })).payload)).toEqual({
        errorType: 'string',
        errorMessage: 'words',
        trace: [],
      });
      expect(JSON.parse((await invoke({})).payload)).toMatchObject({
        errorType: 'Error',
        errorMessage: 'Unable to stringify response body',
      });
    });

    test('that answers too late is ended when the clock says so, and the next invocation has a new environment', async () => {
      const { invoke, clock, journal, printed } = await inlineIn(`
        exports.handler = async (event) => {
          process.stdout.write('runs');
          if (event.loop) for (;;);
          if (event.wait) await new Promise((r) => setInterval(r, 1e9));
          return 'ok';
        };`);
      for (const event of [{ wait: true }, { loop: true }]) {
        const runs = printed('runs');
        const answer = invoke(event);
        await runs;
        await clock.advance(2999);
        await clock.advance(1);
        const { payload } = await answer;
        expect(JSON.parse(payload)).toEqual({
          errorType: 'Sandbox.Timedout',
          errorMessage: expect.stringMatching(/^RequestId: request-\d Error: Task timed out after 3\.00 seconds$/),
        });
      }
      expect((await invoke({})).payload).toBe('"ok"');
      expect(journal.read().flatMap((fact) => (fact.kind === 'function.finished' ? [fact.outcome] : []))).toEqual([
        'timed out',
        'timed out',
        'returned',
      ]);
    });

    test.each([
      ['process.exit(0)', 'Runtime.ExitError', 'RequestId: request-1 Error: Runtime exited without providing a reason'],
      ['process.exit(3)', 'Runtime.ExitError', 'RequestId: request-1 Error: Runtime exited with error: exit status 3'],
      [
        'process.kill(process.pid); await new Promise((r) => setTimeout(r, 1e4))',
        'Runtime.ExitError',
        `RequestId: request-1 Error: Runtime exited with error: ${isolation === 'worker' ? 'exit status 1' : 'signal: terminated'}`,
      ],
      [
        'Promise.reject(new Error("lost")); await new Promise((r) => setTimeout(r, 1e4))',
        'Runtime.UnhandledPromiseRejection',
        'Error: lost',
      ],
      [
        'setTimeout(() => { throw new RangeError("late") }); await new Promise((r) => setTimeout(r, 1e4))',
        'RangeError',
        'late',
      ],
    ])('%s ends the environment with %s', async (statement, errorType, errorMessage) => {
      const { invoke } = await inlineIn(
        `exports.handler = async (event) => { if (event.ok) return 'ok'; ${statement}; };`,
      );
      expect(JSON.parse((await invoke({})).payload)).toMatchObject({ errorType, errorMessage });
      expect((await invoke({ ok: true })).payload).toBe('"ok"');
    });

    test.each([
      ['exports.other = 1', 'Runtime.HandlerNotFound', 'index.handler is undefined or not exported'],
      ['exports.handler = 1', 'Runtime.HandlerNotFound', 'index.handler is not a function'],
      ['throw new TypeError("at load")', 'TypeError', 'at load'],
      ['JSON.parse("{")', 'Runtime.UserCodeSyntaxError', expect.stringContaining('JSON')],
      [
        'const name = "no-such-package"; require(name)',
        'Runtime.ImportModuleError',
        expect.stringContaining("Cannot find module 'no-such-package'"),
      ],
    ])('a module `%s` fails each invocation with %s', async (text, errorType, errorMessage) => {
      const { invoke, journal } = await inlineIn(text);
      for (let time = 0; time < 2; time++) {
        expect(JSON.parse((await invoke({})).payload)).toMatchObject({ errorType, errorMessage });
      }
      expect(journal.read().at(-1)).toMatchObject({ kind: 'function.finished', outcome: 'failed to load' });
    });
  });

  test('what a function prints is in the journal at once and in its log with Lambda’s own lines', async () => {
    const { invoke, journal } = await inlineIn(
      `exports.handler = async () => { console.log('one %d', 1, { a: 1 }); console.error('two'); process.stdout.write('three\\n'); };`,
    );
    const { log } = await invoke({});
    expect(journal.read().flatMap((fact) => (fact.kind === 'function.log' ? [[fact.stream, fact.line]] : []))).toEqual([
      ['stdout', 'one 1 { a: 1 }'],
      ['stderr', 'two'],
      ['stdout', 'three'],
    ]);
    expect(log.map((event) => event.message.replace(/Used: \d+/, 'Used: n'))).toEqual([
      'START RequestId: request-1 Version: $LATEST',
      '2026-11-22T12:00:00.000Z\trequest-1\tINFO\tone 1 { a: 1 }',
      '2026-11-22T12:00:00.000Z\trequest-1\tERROR\ttwo',
      'three',
      'END RequestId: request-1',
      'REPORT RequestId: request-1\tDuration: 0.00 ms\tBilled Duration: 0 ms\tMemory Size: 128 MB\tMax Memory Used: n MB\t',
    ]);
  });
});

describe('a bundle', () => {
  test('of code that does not compile is refused with esbuild’s message, file and line', async () => {
    const code = project({ 'app.ts': 'export const handler = async () => {\n  return ]\n};\n' });
    await expect(bundleCode(code, 'app.handler')).rejects.toThrow(
      new ProgramError('app.ts:2:10: Unexpected "]"\n    return ]'),
    );
    await expect(bundleCode(inline('exports.handler = ('), 'index.handler')).rejects.toThrow(
      new ProgramError('index.js:1:20: Unexpected end of file\n    exports.handler = ('),
    );
  });

  test('of a handler that is not there says where it was looked for', async () => {
    await expect(bundleCode(project({}), 'src/app.handler')).rejects.toThrow(
      /The handler's file was not found: .*src\/app\{\.ts,/,
    );
    // SAM names what esbuild starts from by itself, and there the mistake is.
    await expect(bundleCode({ ...project({}), entries: ['src/take-paymnt.ts'] }, 'take-payment.run')).rejects.toThrow(
      /The handler's file was not found: .*\/src\/take-paymnt\.ts \(an entry point\)\.$/,
    );
    await expect(bundleCode({ ...project({}), entries: ['src/app'] }, 'app.run')).rejects.toThrow(/\/src\/app\{\.ts,/);
    await expect(bundleCode(project({}), 'app')).rejects.toThrow(
      "Bad handler 'app': it must look like 'file.export', without '..' in it.",
    );
  });

  test('takes the entry whose name fits the handler', async () => {
    const code = project({
      'src/a.ts': 'export const run = () => 1;',
      'src/b.ts': 'export const run = async () => 2;',
    });
    const { invoke } = await start({ code: { ...code, entries: ['src/a.ts', 'src/b.ts'] }, handler: 'dist/b.run' });
    expect((await invoke({})).payload).toBe('2');
  });

  test('brings AWS SDK packages of the calling project along, also when they are named as external', async () => {
    const code = project({
      'app.ts': `import { EventBridgeClient } from '@aws-sdk/client-eventbridge'; export const handler = async () => typeof EventBridgeClient;`,
    });
    const { invoke } = await start(
      { code: { ...code, external: ['@aws-sdk/*'] }, handler: 'app.handler' },
      { memoryMb: 256 },
    );
    expect((await invoke({})).payload).toBe('"function"');
    const awaiting = project({
      'app.mts': `import { SQSClient } from '@aws-sdk/client-sqs'; await 0; export const handler = async () => typeof SQSClient;`,
    });
    const { invoke: invokeModule } = await start({ code: awaiting, handler: 'app.handler' }, { memoryMb: 256 });
    expect((await invokeModule({})).payload).toBe('"function"');
    const missing = project({ 'app.ts': `import '@aws-sdk/client-nothing';` });
    await expect(bundleCode(missing, 'app.handler')).rejects.toThrow('npm install --save-dev @aws-sdk/client-nothing');
  });

  test('is stale when one of its own sources changes', async () => {
    const code = project({ 'app.ts': `import './b'; export const handler = 1;`, 'b.ts': '' });
    const bundle = await bundleCode(code, 'app.handler');
    expect(isStale(bundle)).toBe(false);
    writeFileSync(join(code.path, 'b.ts'), 'export const changed = 1;');
    expect(isStale(bundle)).toBe(true);
  });

  test('of an archive stays on disk while the function is there, and its stack traces show /var/task', async () => {
    // Others come and go in the machine's own folder.
    const { path } = project({});
    vi.stubEnv('TMPDIR', path);
    const { invoke, running } = await inlineFunction('exports.handler = async () => { throw new Error("x") };');
    vi.unstubAllEnvs();
    expect(readdirSync(path)).toHaveLength(1);
    expect(JSON.parse((await invoke({})).payload).trace[1]).toBe('    at exports.handler (/var/task/index.js:1:39)');
    await running.terminate();
    expect(readdirSync(path)).toEqual([]);
  });
});

test('an environment that cannot be made fails its invocation alone, and holds neither the clock nor the code', async () => {
  const platform = createPlatform();
  const { running } = await inlineFunction('exports.handler = async () => 1;', {}, platform);
  let held = 0;
  const folder = { hold: () => void held++, release: async () => void held-- };
  const program = {
    ...running.program,
    folders: [folder],
    open() {
      throw new Error('no threads left');
    },
  };
  const failing = new RunningFunction(running.settings, program, platform);
  const request = { requestId: 'request-1', event: '{}', invokedFunctionArn: '' };
  await expect(failing.invoke(request)).rejects.toThrow('no threads left');
  await platform.clock.advance(1000);
  await failing.retire();
  expect(held).toBe(0);
});
