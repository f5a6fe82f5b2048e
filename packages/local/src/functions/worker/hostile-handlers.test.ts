// Whatever JavaScript in a handler posts, throws, prints, exits or leaves behind: that invocation gets the answer that
// Lambda's Node runtime gives (aws-lambda-nodejs-runtime-interface-client: toRapidResponse, CallbackContext), and the
// next one works.
import { afterEach, describe, expect, test } from 'vitest';
import { cleanUp, inlineFunction, project, start } from '../test-function.ts';

afterEach(cleanUp);

/** `body` is the handler's, which is asynchronous; `kept` lives as long as the worker. */
const handlerOf = (body: string) =>
  `let calls = 0, kept;
   exports.handler = async (event, context, callback) => { calls++; if (event.ok) return 'ok'; ${body} };`;

/** Invokes the handler; then a second time, which must work. */
async function answerTo(text: string) {
  const { invoke, journal } = await inlineFunction(text);
  const { payload } = await invoke({});
  expect((await invoke({ ok: true })).payload).toBe('"ok"');
  const warnings = journal.read().flatMap((fact) => (fact.kind === 'warning' ? [fact.message] : []));
  return { answer: JSON.parse(payload), warnings };
}

/** The handler prints `now` and then does not end. */
async function expectTimeOut(body: string) {
  const { invoke, clock, printed } = await inlineFunction(handlerOf(body));
  const isPrinted = printed('now');
  const answer = invoke({});
  await isPrinted;
  await clock.advance(3000);
  expect(JSON.parse((await answer).payload)).toEqual({
    errorType: 'Sandbox.Timedout',
    errorMessage: 'RequestId: request-1 Error: Task timed out after 3.00 seconds',
  });
  expect((await invoke({ ok: true })).payload).toBe('"ok"');
}

const UNREADABLE = {
  errorType: 'handled',
  errorMessage:
    'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
};
const UNSTRINGIFIED = {
  errorType: 'Error',
  errorMessage: 'Unable to stringify response body',
  trace: ['Error: Unable to stringify response body'],
};
const exited = (status: string) => ({
  errorType: 'Runtime.ExitError',
  errorMessage: `RequestId: request-1 Error: ${status}`,
});
const EXITED = {
  0: exited('Runtime exited without providing a reason'),
  1: exited('Runtime exited with error: exit status 1'),
  3: exited('Runtime exited with error: exit status 3'),
  5: exited('Runtime exited with error: exit status 5'),
};

describe('what a handler reaches', () => {
  test.each([
    [
      'the main thread, as in Lambda',
      `const { parentPort, workerData, isMainThread } = require('worker_threads'); return [parentPort, workerData, isMainThread]`,
      [null, null, true],
    ],
    ['no handle of its worker', 'return process._getActiveHandles().length', 0],
    [
      'no port by its asynchronous resource',
      `return require('async_hooks').executionAsyncResource() instanceof MessagePort`,
      false,
    ],
    [
      'no port by its stack',
      `const before = Error.prepareStackTrace; Error.prepareStackTrace = (error, sites) => sites;
       const { stack } = new Error(); Error.prepareStackTrace = before;
       return stack.slice(1).every((site) => site.getThis() === undefined && site.getFunction() === undefined)`,
      true,
    ],
    [
      'no other process: a signal to the group asks only',
      'return [process.kill(process.pid, 0), process.kill(0, 0), process._kill(-1, 0)]',
      [true, true, 0],
    ],
  ])('is %s', async (_, body, expected) => {
    expect(await answerTo(handlerOf(body))).toEqual({ answer: expected, warnings: [] });
  });

  test('is the main thread also for a module that imports it', async () => {
    const code = project({
      'app.mts': `import { isMainThread, parentPort, workerData } from 'node:worker_threads';
        await 0;
        const handles = process._getActiveHandles().length;
        export const handler = async () => [isMainThread, parentPort, workerData, handles];`,
    });
    const { invoke } = await start({ code, handler: 'app.handler' });
    expect((await invoke({})).payload).toBe('[true,null,null,0]');
  });
});

describe('a handler that replaces what everybody uses gets its own answer through:', () => {
  test.each([
    ['JSON.stringify = () => "not json"'],
    ['JSON.parse = () => { throw 1 }'],
    ['MessagePort.prototype.postMessage = () => { throw 1 }; MessagePort.prototype.ref = MessagePort.prototype.unref'],
    ['EventTarget.prototype.dispatchEvent = function () { kept = this }'],
    ['Object.defineProperty(Object.prototype, "kind", { set() { throw 1 }, get: () => "died" })'],
    ['Object.prototype.traceId = Object.prototype.invocation = Object.prototype.error = "x"'],
    ['Object.prototype.toJSON = undefined; Array.prototype.push = Array.prototype.map = undefined'],
    ['Function.prototype.call = Function.prototype.apply = Function.prototype.bind = undefined'],
    ['Atomics.add = Atomics.wait = Atomics.load = undefined'],
    ['globalThis.setImmediate = globalThis.performance = globalThis.Buffer = undefined'],
    ['process.exit = () => {}; process.env = Object.freeze({ ...process.env })'],
    ['globalThis.console = undefined; Math.max = Math.floor = undefined'],
    ['for (const value of [globalThis, process, console, Object.prototype, Array.prototype]) Object.freeze(value)'],
    ['process.env.BIG = "x".repeat(1e6)'],
    ['process.removeAllListeners(); kept = setInterval(() => {}, 1e9); kept.unref()'],
  ])('%s', async (statement) => {
    const { answer } = await answerTo(handlerOf(`${statement}; return { calls, list: [1, 'two'] }`));
    expect(answer).toEqual({ calls: 1, list: [1, 'two'] });
  });
});

describe('a handler that returns', () => {
  test.each([
    ['a BigInt', 'return 1n', UNSTRINGIFIED],
    ['a circle', 'const loop = {}; loop.loop = loop; return loop', UNSTRINGIFIED],
    ['what cannot be stringified', 'return { toJSON() { throw null } }', UNSTRINGIFIED],
    [
      'a Proxy that throws',
      'return new Proxy({}, { ownKeys() { throw 1 }, get() { return undefined } })',
      UNSTRINGIFIED,
    ],
    ['a function', 'return () => 1', null],
    ['a symbol', 'return Symbol("x")', null],
    ['what exits when it is stringified', 'return { toJSON() { process.exit(3) } }', EXITED[3]],
    [
      '50 MB',
      'return "x".repeat(50e6)',
      {
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: 'Response payload size (50000002 bytes) exceeded maximum allowed payload size (6291556 bytes).',
      },
    ],
    ['twice: the first counts', 'callback(null, "first"); return "second"', 'first'],
    ['a thenable that answers twice', 'return { then(done) { done("first"); done("second") } }', 'first'],
  ])('%s', async (_, body, expected) => {
    expect(await answerTo(handlerOf(body))).toEqual({ answer: expected, warnings: [] });
  });

  test('for an invocation that is over, is not heard', async () => {
    const { invoke } = await inlineFunction(
      handlerOf(
        'if (event.late) { kept(null, "forged"); return "mine" } kept = callback; return new Promise(() => {})',
      ),
    );
    expect(JSON.parse((await invoke({})).payload).errorType).toBe('Runtime.NodeJsExit');
    expect((await invoke({ late: true })).payload).toBe('"mine"');
  });
});

describe('a handler that throws', () => {
  test.each([
    ['null', 'throw null', { errorType: 'string', errorMessage: 'handled', trace: [] }],
    ['nothing', 'return Promise.reject()', { errorType: 'string', errorMessage: 'handled', trace: [] }],
    ['a symbol', 'throw Symbol("x")', { errorType: 'symbol', errorMessage: 'Symbol(x)', trace: [] }],
    ['a number', 'throw 42', { errorType: 'number', errorMessage: '42', trace: [] }],
    ['an object', 'throw { a: 1 }', { errorType: 'object', errorMessage: '[object Object]', trace: [] }],
    ['an object without a prototype', 'throw Object.create(null)', UNREADABLE],
    ['a Proxy', 'throw new Proxy({}, { get() { throw 1 }, has() { throw 1 } })', UNREADABLE],
    [
      'an error whose message cannot be read',
      'throw Object.defineProperty(new Error(), "message", { get() { throw new Error("no") } })',
      UNREADABLE,
    ],
    [
      'an error of another realm',
      'throw require("vm").runInNewContext("Object.assign(new TypeError(\'far\'), { stack: \'far away\' })")',
      { errorType: 'TypeError', errorMessage: 'far', trace: ['far away'] },
    ],
    [
      'an error with a name that is none',
      'throw Object.assign(new Error("x"), { name: Symbol("odd"), stack: "" })',
      { errorType: 'Symbol(odd)', errorMessage: 'x', trace: [''] },
    ],
  ])('%s', async (_, body, expected) => {
    expect(await answerTo(handlerOf(body))).toEqual({ answer: expected, warnings: [] });
  });

  test('an error of 50 MB is cut', async () => {
    const { answer } = await answerTo(handlerOf('throw Object.assign(new Error("x".repeat(50e6)), { stack: "" })'));
    expect(answer).toEqual({ errorType: 'Error', errorMessage: 'x'.repeat(262_144), trace: [''] });
  });
});

describe('a handler that ends its process', () => {
  test.each([
    ['at load', 'if (!globalThis.x) process.exit(3)', EXITED[3]],
    ['by the way under process.exit', 'process.reallyExit(5)', EXITED[5]],
    ['while it is asked for its promise', 'return { get then() { process.exit(3) } }', EXITED[3]],
    ['while an error is read', 'throw { get name() { process.exit(3) } }', EXITED[3]],
    ['while it prints', 'console.log({ [require("util").inspect.custom]() { process.exit(3) } })', EXITED[3]],
    ['in an exit listener', 'process.on("exit", () => process.exit(5)); process.exit(3)', EXITED[5]],
    [
      'when nothing is left',
      'process.prependListener("beforeExit", () => process.exit(3)); return new Promise(() => {})',
      EXITED[3],
    ],
    [
      'by leaving nothing and nobody to notice',
      'process.removeAllListeners("beforeExit"); return new Promise(() => {})',
      EXITED[0],
    ],
    ['by a signal', 'process.kill(process.pid, "SIGKILL")', EXITED[1]],
    ['by a signal to its group', 'process.kill(0)', EXITED[1]],
    ['by a signal to everybody', 'process.kill(-1)', EXITED[1]],
    ['by a signal to its parent', 'process.kill(process.ppid)', EXITED[1]],
    ['by the signal that Node itself sends', 'process._kill(process.pid, 9)', EXITED[1]],
  ])('%s', async (title, body, expected) => {
    if (title !== 'at load') return expect(await answerTo(handlerOf(body))).toEqual({ answer: expected, warnings: [] });
    const { invoke } = await inlineFunction('process.exit(3)');
    expect(JSON.parse((await invoke({})).payload)).toEqual(expected);
  });

  test.each([
    ['process.abort()', 'ERR_WORKER_UNSUPPORTED_OPERATION', 'process.abort() is not supported in workers'],
    ['process.chdir("/")', 'ERR_WORKER_UNSUPPORTED_OPERATION', 'process.chdir() is not supported in workers'],
  ])('or changes it by %s is refused by Node', async (statement, code, errorMessage) => {
    const { answer } = await answerTo(handlerOf(`try { ${statement} } catch (e) { return [e.code, e.message] }`));
    expect(answer).toEqual([code, errorMessage]);
  });

  test('and never comes to the end of it, is ended when its time is up', async () => {
    await expectTimeOut('process.on("exit", () => { console.log("now"); for (;;); }); process.exit()');
  });
});

describe('a handler that leaves behind', () => {
  test.each([
    [
      'an error that nobody catches, of no kind, and no listener',
      'process.removeAllListeners("uncaughtException"); setTimeout(() => { throw null }); return new Promise((r) => setTimeout(r, 1e5))',
      UNREADABLE,
    ],
    [
      'an error that cannot be cloned, and no listener',
      `process.removeAllListeners('uncaughtException');
       setTimeout(() => { throw Object.assign(new RangeError('x'), { f() {}, stack: 'there' }) });
       return new Promise((r) => setTimeout(r, 1e5))`,
      { errorType: 'RangeError', errorMessage: 'x', trace: ['there'] },
    ],
    [
      'an error, and a process that does not exit',
      'process.exit = () => {}; setTimeout(() => { throw 1 }); return new Promise((r) => setTimeout(r, 1e5))',
      { errorType: 'number', errorMessage: '1', trace: [] },
    ],
    [
      'an error that it emits itself',
      'process.emit("uncaughtException", 2); return new Promise((r) => setTimeout(r, 1e5))',
      { errorType: 'number', errorMessage: '2', trace: [] },
    ],
    [
      'an error when nothing is left',
      'process.prependListener("beforeExit", () => { throw 3 }); return new Promise(() => {})',
      { errorType: 'number', errorMessage: '3', trace: [] },
    ],
    [
      'a rejection that is a symbol',
      'Promise.reject(Symbol("x")); return new Promise((r) => setTimeout(r, 1e5))',
      {
        errorType: 'Runtime.UnhandledPromiseRejection',
        errorMessage: 'Symbol(x)',
        trace: expect.any(Array),
      },
    ],
    [
      'a worker of its own that throws',
      'new (require("worker_threads").Worker)("throw 4", { eval: true }); return new Promise((r) => setTimeout(r, 1e5))',
      { errorType: 'Error', errorMessage: 'Unhandled error. (4)', trace: expect.any(Array) },
    ],
    [
      'a capture of every error',
      `process.setUncaughtExceptionCaptureCallback(() => callback(null, 'captured'));
       context.callbackWaitsForEmptyEventLoop = false; setTimeout(() => { throw 1 }); return undefined`,
      null,
    ],
    [
      'workers, channels and ports without end',
      `const { BroadcastChannel, MessageChannel, Worker, setEnvironmentData } = require('worker_threads');
       for (let i = 0; i < 5; i++) new Worker('setInterval(() => {}, 1)', { eval: true }).unref();
       const channel = new BroadcastChannel('x'); for (let i = 0; i < 1e4; i++) channel.postMessage(i); channel.close();
       const { port1 } = new MessageChannel(); port1.postMessage(1); port1.close(); setEnvironmentData('x', 1);
       return 'left'`,
      'left',
    ],
    [
      'a title, a warning, a report and an inspector',
      `process.title = 'x'; process.emitWarning('y'); process.report.getReport(); require('inspector').url(); return 'left'`,
      'left',
    ],
    [
      'its standard input',
      'return new Promise((resolve) => process.stdin.on("end", () => resolve("ended")).resume())',
      'ended',
    ],
  ])('%s', async (_, body, expected) => {
    expect(await answerTo(handlerOf(body))).toEqual({ answer: expected, warnings: [] });
  });

  test('an error is answered to the invocation that is under way when it is thrown, as in Lambda', async () => {
    const { invoke } = await inlineFunction(
      handlerOf(`setInterval(() => { if (calls === 2) throw new Error('left behind') }, 1).unref();
        return calls === 1 ? 'first' : new Promise((r) => setTimeout(r, 1e5))`),
    );
    expect((await invoke({})).payload).toBe('"first"');
    expect(JSON.parse((await invoke({})).payload)).toMatchObject({ errorType: 'Error', errorMessage: 'left behind' });
    expect((await invoke({ ok: true })).payload).toBe('"ok"');
  });

  test('a wait without end is ended when its time is up', async () => {
    await expectTimeOut('console.log("now"); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)');
  });

  test('words that are no message is ended, and the journal says so', async () => {
    expect(
      await answerTo(
        handlerOf(`String.prototype.split = () => [{}]; throw Object.assign(new Error('x'), { stack: 'y' })`),
      ),
    ).toEqual({
      answer: EXITED[1],
      warnings: ['An environment of orders said something that is no message, and was ended.'],
    });
  });
});
