// JSON as Lambda's runtime for Python writes it: its encoder is simplejson, not the module json.
// Source: awslambdaric 4.0.1 with simplejson 4.1.2, run.
import { afterEach, describe, expect, test } from 'vitest';
import { cleanUp } from '../test-function.ts';
import { hasPython, python } from './test-python.ts';

afterEach(cleanUp);

const PRELUDE = `
import collections, datetime, decimal, enum
class Number(enum.IntEnum):
    ONE = 1
class Colour(str, enum.Enum):
    RED = 'red'
class Plain(enum.Enum):
    A = 1
class Text(str): pass
Point = collections.namedtuple('Point', 'x y')
loop = []
loop.append(loop)
twice = [1]
def handler(event, context):
    return eval(event)
`;

const WRITTEN: Readonly<Record<string, string>> = {
  None: 'null',
  "{'a': 1, 'b': [True, False, None]}": '{"a": 1, "b": [true, false, null]}',
  "[[], {}, (), '', 0, -0.0]": '[[], {}, [], "", 0, -0.0]',
  "decimal.Decimal('1.10')": '1.10',
  "{'price': decimal.Decimal('12345678901234567890.5')}": '{"price": 12345678901234567890.5}',
  "[float('nan'), float('inf'), -float('inf')]": '[NaN, Infinity, -Infinity]',
  "[1e100, 0.1, 10**20, decimal.Decimal('NaN')]": '[1e+100, 0.1, 100000000000000000000, NaN]',
  '(1, (2,))': '[1, [2]]',
  'Point(1, Point(2, 3))': '{"x": 1, "y": {"x": 2, "y": 3}}',
  "{1: 1, None: 2, 2.5: 3, True: 4, b'k': 5}": '{"1": 4, "null": 2, "2.5": 3, "k": 5}',
  "{'a': b'bytes'}": '{"a": "bytes"}',
  "[Number.ONE, Colour.RED, Text('t')]": '[1, "red", "t"]',
  '{Number.ONE: Colour.RED}': '{"1": "red"}',
  'collections.OrderedDict(b=1, a=2)': '{"b": 1, "a": 2}',
  '[twice, twice]': '[[1], [1]]',
  "'\"\\\\\\n\\x01/'": '"\\"\\\\\\n\\u0001/"',
};

const REFUSED: Readonly<Record<string, string>> = {
  'Plain.A': 'Object of type Plain is not JSON serializable',
  'datetime.date(2026, 11, 29)': 'Object of type date is not JSON serializable',
  '(n for n in [])': 'Object of type generator is not JSON serializable',
  'bytearray(b"x")': 'Object of type bytearray is not JSON serializable',
  '{(1, 2): 3}': 'keys must be str, int, float, bool or None, not tuple',
  loop: 'Circular reference detected',
  "[b'\\xff']": "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
};

describe.skipIf(!hasPython)('what a handler returns', () => {
  test('is written with spaces, a Decimal as a number, a namedtuple as an object, bytes as text', async () => {
    const { invoke } = await python(PRELUDE);
    const results: Record<string, string> = {};
    for (const expression of Object.keys(WRITTEN)) results[expression] = (await invoke(expression)).payload;
    expect(results).toEqual(WRITTEN);
  });

  test('is refused when JSON has nothing for it', async () => {
    const { invoke } = await python(PRELUDE);
    const results: Record<string, string> = {};
    for (const expression of Object.keys(REFUSED)) {
      const { errorMessage } = JSON.parse((await invoke(expression)).payload);
      results[expression] = errorMessage.replace('Unable to marshal response: ', '');
    }
    expect(results).toEqual(REFUSED);
  });

  test('of bytes is sent as it is', async () => {
    const { invoke } = await python("def handler(event, context):\n    return b'no json'");
    expect((await invoke({})).payload).toBe('no json');
  });

  for (const [runtime, written] of [
    ['python3.9', '"\\u00e9 \\ud83d\\ude00"'],
    ['python3.11', '"\\u00e9 \\ud83d\\ude00"'],
    ['python3.12', '"é 😀"'],
    ['python3.14', '"é 😀"'],
  ] as const) {
    test(`has signs beyond ASCII as ${runtime} writes them`, async () => {
      const { invoke } = await python('def handler(event, context):\n    return event', { runtime });
      expect((await invoke('é 😀')).payload).toBe(written);
    });
  }

  test('has more than 6 MB: Lambda answers for it, and the environment goes on', async () => {
    const { invoke } = await python('import os\ndef handler(event, context):\n    return "x" * event or os.getpid()');
    const first = await invoke(0);
    expect((await invoke(6_291_554)).payload.length).toBe(6_291_556);
    expect(JSON.parse((await invoke(6_291_555)).payload)).toEqual({
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: 'Response payload size (6291557 bytes) exceeded maximum allowed payload size (6291556 bytes).',
    });
    expect((await invoke(0)).payload).toBe(first.payload);
  });
});

describe.skipIf(!hasPython)('an event', () => {
  test('of 6 MB comes in whole', async () => {
    const { invoke } = await python('def handler(event, context):\n    return len(event)');
    expect((await invoke('é'.repeat(3_000_000))).payload).toBe('3000000');
  });

  test('may not hold NaN', async () => {
    const { invoke } = await python('def handler(event, context):\n    return 1');
    expect(JSON.parse((await invoke(0, { event: '[NaN]' })).payload).errorType).toBe('Runtime.UnmarshalError');
  });
});
