// Bad days of a function in Python: what ends its process, what it prints without end, what is left behind.
// Source: recorded answers of Lambda (localstack, test_lambda), docs.aws.amazon.com/lambda/latest/dg/
// lambda-runtime-environment.html.
import { readFileSync, rmSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { archive, cleanUp, createPlatform, start } from '../test-function.ts';
import { hasPython, printed, python } from './test-python.ts';

afterEach(cleanUp);

const EXITED = 'Runtime exited without providing a reason';

const ENDINGS: readonly (readonly [how: string, message: string])[] = [
  ['sys.exit(0)', EXITED],
  ['sys.exit(3)', 'Runtime exited with error: exit status 3'],
  ["sys.exit('enough')", 'Runtime exited with error: exit status 1'],
  ['os._exit(0)', EXITED],
  ['os._exit(4)', 'Runtime exited with error: exit status 4'],
  ['os.kill(os.getpid(), signal.SIGKILL)', 'Runtime exited with error: signal: killed'],
  ['os.kill(os.getpid(), signal.SIGSEGV)', 'Runtime exited with error: signal: segmentation fault'],
  ['ctypes.string_at(0)', 'Runtime exited with error: signal: segmentation fault'],
  ['raise KeyboardInterrupt', 'Runtime exited with error: signal: interrupt'],
];

describe.skipIf(!hasPython)('a process that ends', () => {
  for (const [how, message] of ENDINGS) {
    test(`${how}: ${message}`, async () => {
      const { invoke } = await python(
        `import ctypes, os, signal, sys\ndef handler(event, context):\n    print('before')\n    ${how}\n`,
      );
      const result = await invoke({});
      expect(JSON.parse(result.payload)).toEqual({
        errorType: 'Runtime.ExitError',
        errorMessage: `RequestId: request-1 Error: ${message}`,
      });
      expect(printed(result)[0]).toBe('before');
    });
  }

  test('while it is loaded tells the same', async () => {
    const { invoke } = await python('import sys\nprint("loading")\nsys.exit(0)');
    const result = await invoke({});
    expect(JSON.parse(result.payload)).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: request-1 Error: ${EXITED}`,
    });
    expect(printed(result)[0]).toBe('loading');
  });

  test('is followed by a new one: globals are lost, /tmp is kept', async () => {
    const path = `/tmp/earwitness-test-${process.pid}`;
    const { invoke } = await python(`
import os
count = 0
def handler(event, context):
    global count
    count += 1
    if event: os._exit(1)
    with open('${path}', 'a+') as file:
        file.write('x')
        file.seek(0)
        return [count, file.read()]
`);
    const results = [];
    for (const ends of [false, false, true, false]) results.push((await invoke(ends)).payload);
    rmSync(path);
    expect(results.toSpliced(2, 1)).toEqual(['[1, "x"]', '[2, "xx"]', '[1, "xxx"]']);
  });
});

describe.skipIf(!hasPython)('a process that does not end', () => {
  test('times out by the clock, however busy it is, and its children go with it', async () => {
    const {
      invoke,
      clock,
      printed: awaitLine,
    } = await python(`
import os, subprocess
def handler(event, context):
    child = subprocess.Popen(['sleep', '1000'])
    print('child', child.pid)
    print('spinning')
    while True: pass
`);
    const spinning = awaitLine('spinning');
    const invocation = invoke({});
    await spinning;
    await clock.advance(3000);
    const result = await invocation;
    expect(JSON.parse(result.payload)).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: 'RequestId: request-1 Error: Task timed out after 3.00 seconds',
    });
    const [child = ''] = printed(result);
    await expect.poll(() => isRunning(Number(child.replace('child ', '')))).toBe(false);
  });

  test('a child that a handler forked may come back from it: the answer is the parent’s', async () => {
    const { invoke } = await python(`
import os
def handler(event, context):
    return 'child' if os.fork() == 0 else ['parent', os.wait()[1]]
`);
    expect([(await invoke({})).payload, (await invoke({})).payload]).toEqual(['["parent", 0]', '["parent", 0]']);
  });

  test('multiprocessing works', async () => {
    const { invoke } = await python(`
import multiprocessing
def work(pipe): pipe.send('done')
def handler(event, context):
    ours, theirs = multiprocessing.get_context(event).Pipe()
    process = multiprocessing.get_context(event).Process(target=work, args=(theirs,))
    process.start()
    answer = ours.recv()
    process.join()
    return answer
`);
    expect([(await invoke('fork')).payload, (await invoke('spawn')).payload]).toEqual(['"done"', '"done"']);
  });

  test('output without end is cut, and said', async () => {
    const { invoke } = await python('def handler(event, context):\n    for n in range(30_000): print("line", n)');
    const result = await invoke({});
    const lines = printed(result);
    expect(result.payload).toBe('null');
    expect([lines[0], lines[9999], lines.length]).toEqual(['line 0', 'line 9999', 10_001]);
    expect(lines.at(-1)).toMatch(/^20,000 more lines were not kept: /);
  });

  test('streams that a handler closed or replaced do no harm', async () => {
    const { invoke } = await python(`
import io, logging, sys
def handler(event, context):
    sys.stdout = io.StringIO()
    sys.stderr.close()
    print('lost')
    logging.warning('kept')
    return 1
`);
    const result = await invoke({});
    expect(result.payload).toBe('1');
    expect(printed(result).map((line) => line.split('\t').at(-1))).toEqual(['kept']);
  });
});

test.skipIf(!hasPython)('a hundred functions at once', async () => {
  const platform = createPlatform(100);
  const code = archive({ 'app.py': 'import os\ndef handler(event, context):\n    return event' });
  const variables = { AWS_EXECUTION_ENV: 'AWS_Lambda_python3.12' };
  const all = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      start({ code, handler: 'app.handler' }, { name: `f${index}`, runtime: 'python3.12', variables }, platform),
    ),
  );
  const answers = await Promise.all(all.map(({ invoke }, index) => invoke(index)));
  expect(answers.map(({ payload }) => payload)).toEqual(all.map((_, index) => String(index)));
});

/** One that has ended and that nobody has asked about (`Z`) does not run. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
