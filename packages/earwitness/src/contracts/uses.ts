// Which tests use which fields of an event type, found by comparing the expectations of their waits with an event of
// the type. What a predicate or a regular expression looks at cannot be known.
import { relative } from 'node:path';
import type { EventBridgeEvent } from '../event.ts';
import type { Expectation } from '../expectation/expectation.ts';
import type { Path } from '../expectation/path.ts';
import { printPath } from '../expectation/path.ts';
import type { Question } from '../hearing/question.ts';
import type { Wait } from '../hearing/wait.ts';
import { firstPlace } from '../page/code-frame.ts';
import type { EventType } from './lock.ts';

/** An expectation of a test that uses fields of an event type. */
export interface Use {
  readonly type: EventType;
  /** `test/orders.test.ts:31` */
  readonly place: string;
  readonly title: string;
  /** Fields, without the places in arrays: `detail.items.sku`. */
  readonly paths: readonly string[];
}

/** The uses of a type's events by waits; `sample` is an event of that type. */
export function usesOf(type: EventType, sample: EventBridgeEvent, waits: readonly Wait<never>[]): Use[] {
  const uses = waits.flatMap((wait) => {
    const place = firstPlace(wait.frames);
    if (!place) return [];
    const at = `${relative(process.cwd(), place.file)}:${place.line}`;
    return expectationsOf(wait.question).flatMap((expectation): Use[] => {
      const paths = pathsOf(expectation, sample);
      return paths.length === 0 ? [] : [{ type, place: at, title: wait.title, paths }];
    });
  });
  return [...new Map(uses.map((use) => [JSON.stringify(use), use])).values()];
}

function expectationsOf(question: Question | undefined): readonly Expectation[] {
  if (!question) return [];
  if (question.kind === 'sequence') return question.steps;
  return 'expectation' in question ? [question.expectation] : [];
}

/** The fields of the detail that an expectation looks at; none when it is about another type. */
function pathsOf(expectation: Expectation, sample: EventBridgeEvent): string[] {
  const findings = expectation.compare(sample);
  const ofType = findings.filter(({ path }) => path === 'source' || path === 'detail-type');
  // One that names no type is about this one when anything at all of the event is as it expects.
  if (!(ofType.length > 0 ? ofType.every(({ pass }) => pass) : findings.some(({ pass }) => pass))) return [];
  return [...new Set(findings.map(({ path }) => withoutIndexes(path)))].filter((path) => /^detail(?![\w-])/.test(path));
}

/** `detail.items[0].sku` is a place; the field is `detail.items.sku`. */
function withoutIndexes(path: string): string {
  return path.replaceAll(/\[\d+\]/g, '');
}

/** The name of the field at a path. */
export function fieldAt(path: Path): string {
  return printPath(path.filter((step) => typeof step === 'string'));
}

/** Whether `path` is `field`, lies in it, or contains it. */
export function concerns(path: string, field: string): boolean {
  const within = (inner: string, outer: string) =>
    inner === outer || (inner.startsWith(outer) && '.['.includes(inner.charAt(outer.length)));
  return within(path, field) || within(field, path);
}
