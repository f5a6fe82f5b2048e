// Reads a filter: `(@.total >= 10 && !@.paid || @.kind == 'gift')`.
//
// Its engine splits it at `&&` and `||` and drops what parentheses there are: `(a || b) && c` would be read as
// `a || b && c`. So parentheses around one condition are passed over, around several refused.
import { expect, faultAt, type Reading, skip, skipBlanks, take } from '../reading.ts';
import type { Condition, Filter, Operand, Operator, Path } from './path.ts';

/** Ours: filters inside filters. The engine takes definite paths only, so one is enough. */
const FILTERS_MAX = 10;

export function readFilter(reading: Reading, readPath: (reading: Reading) => Path): Filter {
  if (++reading.filters > FILTERS_MAX) throw faultAt(reading, `more than ${FILTERS_MAX} filters inside one another`);
  skipBlanks(reading);
  expect(reading, '(');
  const alternatives: Condition[][] = [];
  do {
    const together = [readCondition(reading, readPath)];
    while (skip(reading, '&&')) together.unshift(readCondition(reading, readPath));
    alternatives.unshift(together);
  } while (skip(reading, '||'));
  expect(reading, ')');
  reading.filters--;
  return alternatives;
}

function readCondition(reading: Reading, readPath: (reading: Reading) => Path): Condition {
  skipBlanks(reading);
  const isWrapped = skip(reading, '(');
  const condition = readBareCondition(reading, readPath);
  skipBlanks(reading);
  if (isWrapped && !skip(reading, ')'))
    throw faultAt(reading, 'parentheses around more than one condition are not supported');
  skipBlanks(reading);
  return condition;
}

const OPERATOR = /==|!=|<=|>=|<|>|=~/y;

function readBareCondition(reading: Reading, readPath: (reading: Reading) => Path): Condition {
  skipBlanks(reading);
  const negated = skip(reading, '!');
  const left = readOperand(reading, readPath);
  skipBlanks(reading);
  const operator = negated ? undefined : take(reading, OPERATOR);
  if (operator === '=~') throw faultAt(reading, 'regular expressions in filters are not supported');
  if (operator !== undefined) {
    skipBlanks(reading);
    return { kind: 'comparison', left, operator: operator as Operator, right: readOperand(reading, readPath) };
  }
  if (left.kind !== 'path') throw faultAt(reading, 'a comparison is expected');
  return { kind: 'exists', path: left.path, negated };
}

const QUOTED = /'[^']*'/y;
const BARE = /(?:(?!&&|\|\||==|!=|=~)[^()<>'[\]])+/y;

function readOperand(reading: Reading, readPath: (reading: Reading) => Path): Operand {
  const sign = reading.text.charAt(reading.at);
  if (sign === '@' || sign === '$') {
    const path = readPath(reading);
    if (!path.isDefinite) throw faultAt(reading, `the path ${path.text} is not definite`);
    return { kind: 'path', path };
  }
  const quoted = take(reading, QUOTED);
  if (quoted !== undefined) return { kind: 'text', text: quoted.slice(1, -1) };
  const bare = take(reading, BARE)?.trim();
  if (bare === undefined || bare === '') throw faultAt(reading, "a path, a number or 'text' is expected");
  return { kind: 'text', text: bare };
}
