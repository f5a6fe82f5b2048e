// Compiles recorded expectations again. Those without a form as JSON are refused with the reason that was recorded.
import { allOf, anyOf, arrayContaining, not } from './combine.ts';
import { anyMessage, compileExpectation } from './compile.ts';
import type { AsymmetricMatcher } from './decider.ts';
import { type Expectation, ExpectationError, type RecordedExpectation } from './expectation.ts';
import { jsonSchema } from './json-schema.ts';
import { pattern } from './pattern.ts';
import { printValue } from './print.ts';

/** The expectation decides by something that has no form as JSON; the message says by what. */
export class NotReplayableError extends Error {
  override readonly name = 'NotReplayableError';
}

/**
 * Compiles what `recordExpectation` wrote.
 * @throws NotReplayableError saying what is missing
 * @throws ExpectationError when it has none of the forms that are written
 */
export function reviveExpectation(recorded: RecordedExpectation): Expectation {
  if ('partial' in recorded) return compileExpectation(revivePartial(recorded.partial));
  if ('pattern' in recorded) return pattern(JSON.stringify(recorded.pattern));
  if ('jsonSchema' in recorded) return jsonSchema(recorded.jsonSchema);
  if ('regexp' in recorded) return compileExpectation(new RegExp(recorded.regexp, recorded.flags));
  if ('any' in recorded) return anyMessage;
  if ('allOf' in recorded) return allOf(...recorded.allOf.map(reviveExpectation));
  if ('anyOf' in recorded) return anyOf(...recorded.anyOf.map(reviveExpectation));
  if ('not' in recorded) return not(reviveExpectation(recorded.not));
  if ('cannot' in recorded) throw new NotReplayableError(recorded.cannot);
  throw new ExpectationError(`${JSON.stringify(recorded)} is not a recorded expectation.`);
}

function revivePartial(recorded: unknown): unknown {
  if (typeof recorded !== 'object' || recorded === null) return recorded;
  if (Array.isArray(recorded)) return recorded.map(revivePartial);
  const { $cannot, $regexp, $date, $arrayContaining, $matcher } = recorded as Record<string, unknown>;
  if (typeof $cannot === 'string') throw new NotReplayableError($cannot);
  if (typeof $regexp === 'string') return new RegExp($regexp, text(recorded, 'flags'));
  if (typeof $date === 'string') return new Date($date);
  if (Array.isArray($arrayContaining)) return arrayContaining($arrayContaining.map(revivePartial));
  if (typeof $matcher === 'string') return reviveMatcher($matcher, recorded);
  const entries = Object.entries(recorded);
  return Object.fromEntries(
    entries.map(([key, child]) => [key.startsWith('$$') ? key.slice(1) : key, revivePartial(child)]),
  );
}

function text(recorded: object, key: string): string | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(recorded, key)?.value;
  return typeof value === 'string' ? value : undefined;
}

/** What the matchers of vitest and jest decide, by their names. */
function reviveMatcher(name: string, recorded: object): AsymmetricMatcher & { toString(): string } {
  const sample = revivePartial(Object.getOwnPropertyDescriptor(recorded, 'sample')?.value);
  const decides = (value: unknown): boolean => {
    switch (name) {
      case 'Anything':
        return value !== null && value !== undefined;
      case 'Any':
        return isA(String(sample), value);
      case 'StringContaining':
      case 'StringNotContaining':
        return typeof value === 'string' && value.includes(String(sample)) === (name === 'StringContaining');
      case 'StringMatching':
      case 'StringNotMatching': {
        const found = typeof value === 'string' && sample instanceof RegExp && value.search(sample) >= 0;
        return typeof value === 'string' && found === (name === 'StringMatching');
      }
      default:
        throw new NotReplayableError(`the matcher ${name}`);
    }
  };
  const label = name === 'Anything' ? name : name === 'Any' ? `Any<${sample}>` : `${name} ${printValue(sample)}`;
  return { asymmetricMatch: decides, toString: () => label };
}

/** `expect.any(String)` for what JSON can carry. */
function isA(kind: string, value: unknown): boolean {
  if (kind === 'Array') return Array.isArray(value);
  if (kind === 'Object') return typeof value === 'object';
  return typeof value === kind.toLowerCase();
}
