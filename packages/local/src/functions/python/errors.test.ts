// What Lambda's runtime for Python says when a function cannot be loaded or its handler fails: rows of a table.
// Source: docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html; sentences: awslambdaric 4.0.1, run; recorded
// answers of Lambda (localstack, test_lambda test_lambda_runtime_error).
import { afterEach, describe, expect, test } from 'vitest';
import { cleanUp } from '../test-function.ts';
import { hasPython, printed, python, pythonFiles } from './test-python.ts';

afterEach(cleanUp);

interface Row {
  readonly what: string;
  readonly handler?: string;
  readonly files: Readonly<Record<string, string>>;
  readonly error: { readonly errorMessage: string; readonly errorType: string; readonly stackTrace: readonly string[] };
}

const fault = (errorType: string, errorMessage: string, stackTrace: readonly string[] = []) => ({
  errorMessage,
  errorType,
  stackTrace,
});

const LOADING: readonly Row[] = [
  {
    what: 'a handler without a dot',
    handler: 'nodot',
    files: { 'app.py': '' },
    error: fault(
      'Runtime.MalformedHandlerName',
      "Bad handler 'nodot': not enough values to unpack (expected 2, got 1)",
    ),
  },
  {
    what: 'a module that imports what is not there',
    files: { 'app.py': 'import absent_package' },
    error: fault('Runtime.ImportModuleError', "Unable to import module 'app': No module named 'absent_package'"),
  },
  {
    what: 'a syntax error',
    handler: 'bad.handler',
    files: { 'bad.py': 'def handler(e,c)\n    pass\n' },
    error: fault('Runtime.UserCodeSyntaxError', "Syntax error in module 'bad': expected ':' (bad.py, line 1)", [
      '  File "/var/task/bad.py" Line 1\n    def handler(e,c)\n',
    ]),
  },
  {
    what: 'a function that is not in the module',
    handler: 'src/ok.nope',
    files: { 'src/ok.py': 'def handler(e, c): pass' },
    error: fault('Runtime.HandlerNotFound', "Handler 'nope' missing on module 'src/ok'"),
  },
  {
    what: 'a module with the name of one of Python itself',
    handler: 'sys.handler',
    files: { 'sys.py': 'def handler(e, c): pass' },
    error: fault('Runtime.BuiltInModuleConflict', 'Cannot use built-in module sys as a handler module'),
  },
];

describe.skipIf(!hasPython)('a function that cannot be loaded', () => {
  for (const { what, handler = 'app.handler', files, error } of LOADING) {
    test(`${what} is ${error.errorType}`, async () => {
      const { invoke } = await pythonFiles(files, handler);
      const { payload, failed } = await invoke({});
      expect({ ...JSON.parse(payload), failed }).toEqual({ ...error, requestId: '', failed: true });
      // Keys in this order, with spaces: clients have seen it.
      expect(payload).toMatch(/^\{"errorMessage": ".*", "errorType": ".*", "requestId": "", "stackTrace": \[.*\]\}$/);
    });
  }

  test('any other error of a module has its own name, and frames that begin with the import', async () => {
    const { invoke } = await python('LIMITS = {}\nLIMITS["most"]\n');
    const { payload } = await invoke({});
    const { stackTrace, ...error } = JSON.parse(payload);
    expect(error).toEqual({ errorMessage: "'most'", errorType: 'KeyError', requestId: '' });
    expect(stackTrace.at(0)).toMatch(
      /^ {2}File ".*importlib.__init__\.py", line \d+, in import_module\n {4}return _bootstrap\._gcd_import\(name\[level:\], package, level\)\n$/,
    );
    expect(stackTrace.at(-1)).toBe('  File "/var/task/app.py", line 2, in <module>\n    LIMITS["most"]\n');
  });

  test('the log has a warning and the error', async () => {
    const { invoke } = await python('import absent_package');
    const [warning = '', error] = printed(await invoke({}));
    expect(warning.replace(/\t\S+Z\t/, '\tTIME\t')).toBe(
      '[WARNING]\tTIME\t\tLAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code.',
    );
    expect(error).toBe(
      "[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module named 'absent_package'\n" +
        'Traceback (most recent call last):',
    );
  });

  test('the next invocation loads it anew', async () => {
    const { invoke } = await python('print("loading")\nraise RuntimeError("not yet")');
    expect(printed(await invoke({}))[0]).toBe('loading');
    expect(printed(await invoke({}))[0]).toBe('loading');
  });
});

describe.skipIf(!hasPython)('a handler that fails', () => {
  test('an error has a frame for each call, from the handler on, without marks below the lines', async () => {
    const { invoke } = await python(
      'class OrderError(Exception): pass\ndef check(event):\n    raise OrderError("no " + event["k"])\n' +
        'def handler(event, context):\n    total = 1 + check(event)\n',
    );
    const { payload, failed } = await invoke({ k: 'ö' });
    expect({ ...JSON.parse(payload), failed }).toEqual({
      errorMessage: 'no ö',
      errorType: 'OrderError',
      requestId: 'request-1',
      stackTrace: [
        '  File "/var/task/app.py", line 5, in handler\n    total = 1 + check(event)\n',
        '  File "/var/task/app.py", line 3, in check\n    raise OrderError("no " + event["k"])\n',
      ],
      failed: true,
    });
  });

  test('its log keeps the lines together, with spaces that stay', async () => {
    const { invoke } = await python('def handler(event, context):\n    raise ValueError("a\\nb")\n');
    expect(printed(await invoke({}))).toEqual([
      '[ERROR] ValueError: a\nb\nTraceback (most recent call last):\n' +
        '\u00a0\u00a0File "/var/task/app.py", line 2, in handler\n\u00a0\u00a0\u00a0\u00a0raise ValueError("a\\nb")',
    ]);
  });

  test('in JSON the log has the error as an object', async () => {
    const { invoke } = await python('def handler(event, context):\n    raise ValueError("a")\n', { logFormat: 'JSON' });
    const [line = ''] = printed(await invoke({}));
    expect(line).toMatch(/^\{"timestamp": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "log_level": "ERROR", "errorMessage": /);
    expect({ ...JSON.parse(line), timestamp: '' }).toEqual({
      timestamp: '',
      log_level: 'ERROR',
      errorMessage: 'a',
      errorType: 'ValueError',
      requestId: 'request-1',
      stackTrace: ['  File "/var/task/app.py", line 2, in handler\n    raise ValueError("a")\n'],
    });
  });

  test('the journal has the frame that failed first, a line each, as those of Node', async () => {
    const text = 'def charge():\n    raise ValueError("no money")\ndef handler(event, context):\n    charge()\n';
    const { invoke, journal } = await python(text);
    await invoke({});
    expect(journal.read().find(({ kind }) => kind === 'function.finished')).toMatchObject({
      error: {
        name: 'ValueError',
        message: 'no money',
        stack: ['File "/var/task/app.py", line 2, in charge', 'File "/var/task/app.py", line 4, in handler'],
      },
    });
  });

  test('a result that is no JSON is Runtime.MarshalError, and the environment goes on', async () => {
    const { invoke } = await python(
      'import os\ndef handler(event, context):\n    return {1} if event else os.getpid()\n',
    );
    const first = await invoke(null);
    expect(JSON.parse((await invoke(1)).payload)).toEqual({
      ...fault('Runtime.MarshalError', 'Unable to marshal response: Object of type set is not JSON serializable'),
      requestId: 'request-2',
    });
    expect((await invoke(null)).payload).toBe(first.payload);
  });

  test('an event that is no JSON is Runtime.UnmarshalError', async () => {
    const { invoke } = await python('def handler(event, context): pass');
    expect(JSON.parse((await invoke(0, { event: 'x' })).payload)).toEqual({
      ...fault('Runtime.UnmarshalError', 'Unable to unmarshal input: Expecting value: line 1 column 1 (char 0)'),
      requestId: 'request-1',
    });
  });
});
