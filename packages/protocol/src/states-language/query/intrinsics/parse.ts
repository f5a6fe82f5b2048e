// Reads calls of intrinsic functions.
//
//   States.ArrayGetItem(States.StringSplit($$.StateMachine.Name, '-'), 0)
//
// Source: Amazon States Language, "Intrinsic functions"; Step Functions developer guide, "Intrinsic functions for
// JSONPath states". That `\"` is refused and a line break is not is recorded on AWS (LocalStack, test_illegal_escapes,
// test_escape_sequence).
import { readPath } from '../json-path/parse.ts';
import { expect, faultAt, isAtEnd, type Reading, skip, skipBlanks, startReading, take } from '../reading.ts';
import type { Argument, Call } from './call.ts';
import { FUNCTIONS } from './functions.ts';

/** Source: Step Functions developer guide, "Intrinsic functions": up to 10 nested. */
const NESTING_MAX = 10;

/** @throws SyntaxFault */
export function parseCall(text: string): Call {
  const reading = startReading(text);
  const call = readCall(reading);
  if (!isAtEnd(reading)) throw faultAt(reading, 'the call is over');
  return call;
}

const NAME = /States\.[A-Za-z0-9]+/y;

function readCall(reading: Reading): Call {
  if (++reading.calls > NESTING_MAX) throw faultAt(reading, `more than ${NESTING_MAX} nested calls`);
  const start = reading.at;
  const name = take(reading, NAME)?.slice('States.'.length) ?? '';
  const arity = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name]?.arity : undefined;
  if (arity === undefined) throw faultAt(reading, `States.${name} is no intrinsic function; its end`);
  expect(reading, '(');
  const args = readArguments(reading);
  const [least, most] = arity;
  if (args.length < least || args.length > most) throw faultAt(reading, `States.${name} has ${args.length} arguments`);
  reading.calls--;
  return { text: reading.text.slice(start, reading.at), name, args };
}

function readArguments(reading: Reading): Argument[] {
  skipBlanks(reading);
  if (skip(reading, ')')) return [];
  const args: Argument[] = [];
  do {
    skipBlanks(reading);
    args.push(readArgument(reading));
    skipBlanks(reading);
  } while (skip(reading, ','));
  expect(reading, ')');
  return args;
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const CONSTANT = /(?:true|false|null)\b/y;

function readArgument(reading: Reading): Argument {
  const sign = reading.text.charAt(reading.at);
  if (sign === '$') return { kind: 'path', path: readPath(reading) };
  if (sign === "'") return readText(reading);
  if (sign === 'S') return { kind: 'call', call: readCall(reading) };
  const literal = take(reading, NUMBER) ?? take(reading, CONSTANT);
  if (literal === undefined) throw faultAt(reading, "a path, a call, a number or 'text' in single quotes is expected");
  return { kind: 'literal', value: JSON.parse(literal) as null | boolean | number };
}

const TEXT = /(?:[^'\\]|\\['{}\\])*/y;

function readText(reading: Reading): Argument {
  expect(reading, "'");
  const raw = take(reading, TEXT) ?? '';
  if (reading.text.charAt(reading.at) === '\\') throw faultAt(reading, "only ', {, } and \\ can be escaped");
  expect(reading, "'");
  return { kind: 'text', raw, text: raw.replace(/\\(.)/g, '$1') };
}
