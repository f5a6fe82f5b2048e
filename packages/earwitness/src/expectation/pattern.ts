// An EventBridge pattern as expectation: what a rule would match, the test awaits. The same engine that the local cloud
// matches with, so `{ detail: { total: [{ numeric: ['>', 100] }] } }` means here what it means on the bus.
import { cut } from '@earwitness/protocol/internal/text/cut';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { createLinearMatcher, explain, parsePattern } from '@earwitness/protocol/pattern';
import type { Expectation, Finding } from './expectation.ts';
import { printBlock } from './print.ts';
import { recordPattern } from './recorded.ts';

/**
 * Expects what a rule with this event pattern would match.
 * @throws InvalidEventPatternError as EventBridge would refuse the pattern
 * @example
 * await events.waitForMessageMatching(pattern({ detail: { total: [{ numeric: ['>', 100] }] } }));
 */
export function pattern(eventPattern: object | string): Expectation {
  const text = typeof eventPattern === 'string' ? eventPattern : JSON.stringify(eventPattern);
  const parsed = parsePattern(text);
  const matcher = createLinearMatcher<'this'>();
  matcher.add('this', parsed);
  const plain: unknown = JSON.parse(text);
  return {
    title: `an event that the pattern ${cut(showControls(text), 40)} matches`,
    text: printBlock(plain),
    matches: (message) => typeof message === 'object' && matcher.match(message).length > 0,
    // A text has no fields; the engine would take it for the JSON of an event.
    compare: (message) => explain(parsed, typeof message === 'string' ? {} : message).fields.map(findingOf),
    record: () => recordPattern(plain),
  };
}

function findingOf(field: ReturnType<typeof explain>['fields'][number]): Finding {
  const { verdict, path, expected, found, closest, hint } = field;
  const pass = verdict === 'matched';
  const value = (closest ?? found[0])?.value ?? '(absent)';
  return {
    path,
    pass,
    expected: expected.join(' or '),
    received: hint === undefined || pass ? value : `${value} (${hint})`,
    closeness: pass ? 1 : verdict === 'absent' ? 0 : 0.2,
  };
}
