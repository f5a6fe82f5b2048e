// Which records the filters of a consumer let through. Sources: EventBridge Pipes user guide, "Properly filtering
// Kinesis and DynamoDB messages"; Lambda developer guide, "Properly filtering Kinesis event source messages".
import { createLinearMatcher, parsePattern } from '@earwitness/protocol/pattern';
import type { StreamRecord } from './feed.ts';
import type { StreamKind } from './source.ts';

/** Where a record has its data. */
const DATA = { kinesis: 'data', dynamodb: 'dynamodb' } as const;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Without filters every record fits. A record of Kinesis whose data is no JSON fits no filter that asks for its data,
 * not even one that asks for what is not there.
 */
export function createFilter(patterns: readonly string[], kind: StreamKind): (record: StreamRecord) => boolean {
  if (patterns.length === 0) return () => true;
  const all = matcherOf(patterns);
  if (kind === 'dynamodb') return ({ open }) => all.match(open()).length > 0;
  const onPlain = matcherOf(patterns.flatMap((text) => withoutData(text) ?? []));
  return ({ open }) => {
    const record = open();
    const isPlain = Reflect.get(record, DATA.kinesis) === undefined;
    return (isPlain ? onPlain : all).match(record).length > 0;
  };
}

/** What is wrong with the pattern of a filter that asks for data by a list: of a stream it is an object, or nothing. */
export function dataFault(pattern: string, kind: StreamKind): string | undefined {
  const name = DATA[kind];
  const isFaulty = (fields: Fields): boolean =>
    (Object.hasOwn(fields, name) && !isFields(fields[name])) || (alternativesOf(fields)?.some(isFaulty) ?? false);
  const fields: unknown = JSON.parse(pattern);
  if (!isFields(fields) || !isFaulty(fields)) return undefined;
  return `A filter of a stream asks for the fields of "${name}" ({"${name}": {"field": ["value"]}}), not for its text.`;
}

function matcherOf(patterns: readonly string[]) {
  const matcher = createLinearMatcher<number>();
  for (const [index, pattern] of patterns.entries()) matcher.add(index, parsePattern(pattern));
  return matcher;
}

/** The pattern as far as it does not ask for data; `undefined` when it always does. */
function withoutData(pattern: string): string | undefined {
  const fields: unknown = JSON.parse(pattern);
  const left = isFields(fields) ? fieldsWithoutData(fields) : undefined;
  return left && JSON.stringify(left);
}

function fieldsWithoutData(fields: Fields): Fields | undefined {
  if (Object.hasOwn(fields, DATA.kinesis)) return undefined;
  const alternatives = alternativesOf(fields);
  if (!alternatives) return fields;
  const left = alternatives.map(fieldsWithoutData).filter((one) => one !== undefined);
  const [first] = left;
  // "$or" has two alternatives at least.
  return first && { ...fields, $or: left.length === 1 ? [first, first] : left };
}

function alternativesOf({ $or: alternatives }: Fields): readonly Fields[] | undefined {
  return Array.isArray(alternatives) && alternatives.every(isFields) ? alternatives : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
