// What a handler in Python is given: its context, its variables, where it finds modules, and what its logs become.
// Source: docs.aws.amazon.com/lambda/latest/dg/python-context.html, .../python-logging.html; awslambdaric 4.0.1, run.
import { afterEach, describe, expect, test } from 'vitest';
import { cleanUp } from '../test-function.ts';
import { hasPython, printed, python, pythonFiles } from './test-python.ts';

afterEach(cleanUp);

const VARIABLES = {
  AWS_LAMBDA_FUNCTION_NAME: 'orders',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/orders',
  AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/22/[$LATEST]1',
};
const withoutTime = (line: string) => line.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z/, 'TIME');

describe.skipIf(!hasPython)('the context', () => {
  test('has its documented members; memory is text', async () => {
    const { invoke } = await python(
      `
def handler(event, context):
    shown = {n: getattr(context, n) for n in dir(context) if not n.startswith('_') and not callable(getattr(context, n))}
    shown['identity'] = vars(context.identity)
    remaining = context.get_remaining_time_in_millis()
    return [shown, type(remaining).__name__, 0 < remaining <= 3000]
`,
      { variables: VARIABLES },
    );
    expect(JSON.parse((await invoke({})).payload)).toEqual([
      {
        aws_request_id: 'request-1',
        log_group_name: '/aws/lambda/orders',
        log_stream_name: '2026/11/22/[$LATEST]1',
        function_name: 'orders',
        function_version: '$LATEST',
        invoked_function_arn: 'arn:aws:lambda:eu-west-1:000000000000:function:orders',
        memory_limit_in_mb: '128',
        tenant_id: null,
        client_context: null,
        identity: { cognito_identity_id: null, cognito_identity_pool_id: null },
      },
      'int',
      true,
    ]);
  });

  test('has what a mobile application says of itself', async () => {
    const { invoke } = await python(
      'def handler(e, context):\n    c = context.client_context\n    return [c.custom, c.env, vars(c.client)]\n',
    );
    const clientContext = { custom: { k: 'é ∞' }, client: { installation_id: 'i', app_title: 't' } };
    expect(JSON.parse((await invoke({}, { clientContext })).payload)).toEqual([
      { k: 'é ∞' },
      null,
      {
        installation_id: 'i',
        app_title: 't',
        app_version_name: null,
        app_version_code: null,
        app_package_name: null,
      },
    ]);
  });

  test('the trace id is a variable, of each invocation by itself', async () => {
    const { invoke } = await python('import os\ndef handler(e, c):\n    return os.environ.get("_X_AMZN_TRACE_ID")');
    const traces = [(await invoke({}, { traceId: 'Root=1-a' })).payload, (await invoke({})).payload];
    expect(traces).toEqual(['"Root=1-a"', 'null']);
  });
});

describe.skipIf(!hasPython)('modules and variables', () => {
  test('its own code comes first, then what Lambda provides, then Python itself', async () => {
    const { invoke } = await python(`
import os, sys, colorsys
def handler(event, context):
    import snapshot_restore_py
    where = os.path.dirname(snapshot_restore_py.__file__)
    standard = os.path.dirname(os.__file__)
    return [sys.path[0] == os.getcwd() == os.environ['LAMBDA_TASK_ROOT'], sys.path[1] == where, sys.path.index(standard) > 1]
`);
    expect(JSON.parse((await invoke({})).payload)).toEqual([true, true, true]);
  });

  test('a module of its own takes the place of one of Python', async () => {
    const files = {
      'src/app.py': 'import colorsys\ndef handler(e, c):\n    return colorsys.NAME',
      'colorsys.py': 'NAME = 1',
    };
    expect((await (await pythonFiles(files, 'src/app.handler')).invoke({})).payload).toBe('1');
  });

  test('nothing of the host, nothing of ours', async () => {
    const { invoke } = await python('import os\ndef handler(e, c):\n    return sorted(os.environ)', {
      variables: { COLOUR: 'red' },
    });
    expect(JSON.parse((await invoke({})).payload)).toEqual([
      'AWS_EXECUTION_ENV',
      'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
      'AWS_LAMBDA_FUNCTION_NAME',
      'AWS_LAMBDA_FUNCTION_VERSION',
      'AWS_LAMBDA_LOG_GROUP_NAME',
      'AWS_LAMBDA_LOG_STREAM_NAME',
      'AWS_LAMBDA_RUNTIME_API',
      'COLOUR',
      'LAMBDA_TASK_ROOT',
      'LC_CTYPE',
      '_HANDLER',
    ]);
  });

  test('hooks of SnapStart run around the snapshot, in the documented order', async () => {
    const { invoke } = await python(
      `
from snapshot_restore_py import register_after_restore, register_before_snapshot
calls = []
@register_before_snapshot
def first(): calls.append('before 1')
register_before_snapshot(calls.append, 'before 2')
register_after_restore(calls.append, 'after 1')
@register_after_restore
def last(): calls.append('after 2')
def handler(event, context): return calls
`,
      { variables: { AWS_LAMBDA_INITIALIZATION_TYPE: 'snap-start' } },
    );
    expect(JSON.parse((await invoke({})).payload)).toEqual(['before 2', 'before 1', 'after 1', 'after 2']);
  });
});

const LOGGING = `
import logging, sys
logging.basicConfig(level='DEBUG', format='mine')
def handler(event, context):
    print('printed', 1)
    print('two\\nlines')
    sys.stderr.write('an error stream\\n')
    logging.debug('debug')
    logging.info('info')
    logging.warning('warned %s', 'é', extra={'order': 7, 'odd': {1}})
    context.log('raw')
    try:
        1 / 0
    except ZeroDivisionError:
        logging.getLogger('shop').exception('boom')
    print('no end', end='')
`;

describe.skipIf(!hasPython)('logs', () => {
  test('as text: warnings and above, with level, time and request; prints as they are', async () => {
    const lines = printed(await (await python(LOGGING)).invoke({}));
    const shown = lines.map(withoutTime).filter((line) => line !== 'an error stream');
    expect(lines).toContain('an error stream');
    expect(shown.slice(0, 5)).toEqual(['printed 1', 'two', 'lines', '[WARNING]\tTIME\trequest-1\twarned é', 'raw']);
    expect(shown[5]).toMatch(
      /^\[ERROR\]\tTIME\trequest-1\tboom\nTraceback \(most recent call last\):\n {2}File ".*app.py", line 13, in handler\n(.*\n)+ZeroDivisionError: division by zero$/,
    );
    expect(shown[6]).toBe('no end');
  });

  test('as JSON: an object for each record, from the level on that was set', async () => {
    const { invoke } = await python(LOGGING, { logFormat: 'JSON', applicationLogLevel: 'INFO' });
    const objects = printed(await invoke({})).filter((line) => line.startsWith('{'));
    expect(objects.map(withoutTime).map((line) => JSON.parse(line))).toEqual([
      { timestamp: 'TIME', level: 'INFO', message: 'info', logger: 'root', requestId: 'request-1' },
      {
        ...{ timestamp: 'TIME', level: 'WARNING', message: 'warned é', logger: 'root', requestId: 'request-1' },
        order: 7,
        odd: '{1}',
      },
      {
        ...{ timestamp: 'TIME', level: 'ERROR', message: 'boom', logger: 'shop', requestId: 'request-1' },
        stackTrace: ['  File "/var/task/app.py", line 13, in handler\n    1 / 0\n'],
        errorType: 'ZeroDivisionError',
        errorMessage: 'division by zero',
        location: '/var/task/app.py:handler:15',
      },
    ]);
    expect(objects[2]?.indexOf('"stackTrace"')).toBeLessThan(objects[2]?.indexOf('"requestId"') ?? 0);
  });

  test('TRACE is DEBUG, FATAL is CRITICAL', async () => {
    const counts = [];
    for (const applicationLogLevel of ['TRACE', 'DEBUG', 'FATAL'] as const) {
      const { invoke } = await python(LOGGING, { logFormat: 'JSON', applicationLogLevel });
      counts.push(printed(await invoke({})).filter((line) => line.startsWith('{')).length);
    }
    expect(counts).toEqual([4, 4, 0]);
  });
});
