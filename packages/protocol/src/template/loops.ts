// Fn::ForEach of the transform AWS::LanguageExtensions: `"Fn::ForEach::Name": [Identifier, [a, b], {
// "Key${Identifier}": … }]` becomes one member for each value. Refuses a collection that is neither a list nor a
// reference to a list parameter.
import { refusal } from './problem.ts';
import type { Source } from './source.ts';
import { asIntrinsic, isList, isMap, plainText, scalarText, type Value } from './value.ts';

const LOOP = 'Fn::ForEach::';

export interface LoopOptions {
  readonly source: Source;
  /** Values of parameters, for `!Ref` collections. */
  readonly parameters: Readonly<Record<string, string | readonly string[]>>;
}

interface Expanding extends LoopOptions {
  /** Values and characters written so far. */
  readonly written: { weight: number };
}

/** Ours: values and characters that loops may write. CloudFormation takes a megabyte "and some buffer". */
const WRITTEN_MAX = 1_000_000;

/**
 * The value with every loop written out.
 * @throws ServiceError `ValidationError`
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
 */
export function expandLoops(value: Value, options: LoopOptions): Value {
  return expand(value, { ...options, written: { weight: 0 } });
}

function expand(value: Value, expanding: Expanding): Value {
  const { source } = expanding;
  if (isList(value)) {
    return source.derive(
      value.map((item) => expand(item, expanding)),
      value,
    );
  }
  if (!isMap(value)) return value;
  const members: [string, Value][] = [];
  for (const [key, member] of Object.entries(value)) {
    if (!key.startsWith(LOOP)) members.push([key, expand(member, expanding)]);
    else members.push(...loopMembers({ name: key, loop: member, line: source.lineOf(value, key) }, expanding));
  }
  return source.derive(Object.fromEntries(members), value);
}

function loopMembers(
  at: { readonly name: string; readonly loop: Value; readonly line: number | undefined },
  expanding: Expanding,
): [string, Value][] {
  const [identifier, collection, body] = isList(at.loop) ? at.loop : [];
  if (typeof identifier !== 'string' || collection === undefined || !isMap(body)) {
    throw refusal(
      `Template error: ${at.name} layout is incorrect: it takes an identifier, a collection and a map`,
      at.line,
    );
  }
  return collectionOf(collection, at, expanding).flatMap((item) => {
    const written = expand(substituteIdentifier(body, { ...expanding, identifier, item, line: at.line }), expanding);
    return isMap(written) ? Object.entries(written) : [];
  });
}

function collectionOf(
  collection: Value,
  at: { readonly name: string; readonly line: number | undefined },
  { parameters }: Expanding,
): string[] {
  const intrinsic = asIntrinsic(collection);
  const list = intrinsic?.name === 'Ref' ? parameters[plainText(intrinsic.argument)] : collection;
  if (!isList(list))
    throw refusal(`Template error: the collection of ${at.name} is neither a list nor a list parameter`, at.line);
  return list.flatMap((item) => {
    const inner = asIntrinsic(item);
    const value = inner?.name === 'Ref' ? parameters[plainText(inner.argument)] : scalarText(item);
    if (value === undefined)
      throw refusal(`Template error: the collection of ${at.name} holds ${JSON.stringify(item)}`, at.line);
    return value;
  });
}

interface Loop extends Expanding {
  readonly identifier: string;
  readonly item: string;
  readonly line: number | undefined;
}

// `${Id}` is the value, `&{Id}` the value without what a logical id cannot hold.
function substituteIdentifier(value: Value, loop: Loop): Value {
  const { identifier, item, source } = loop;
  const write = (text: string) => {
    const written = replaceAll(text, { part: `\${${identifier}}`, by: item }, loop);
    return replaceAll(written, { part: `&{${identifier}}`, by: item.replace(/[^A-Za-z0-9]/g, '') }, loop);
  };
  spend(1, loop);
  if (typeof value === 'string') return write(value);
  if (isList(value))
    return source.derive(
      value.map((member) => substituteIdentifier(member, loop)),
      value,
    );
  if (!isMap(value)) return value;
  const intrinsic = asIntrinsic(value);
  if (intrinsic?.name === 'Ref' && intrinsic.argument === identifier) return item;
  const members = Object.entries(value).map(
    ([key, member]) => [write(key), substituteIdentifier(member, loop)] as const,
  );
  return source.derive(Object.fromEntries(members), value);
}

function replaceAll(text: string, { part, by }: { readonly part: string; readonly by: string }, loop: Loop): string {
  const parts = text.split(part);
  spend(text.length + (parts.length - 1) * by.length, loop);
  return parts.join(by);
}

/** @throws ServiceError when loops write more than `WRITTEN_MAX`: ten inside one another make billions of ten lines. */
function spend(weight: number, { written, line }: Loop): void {
  written.weight += weight;
  // Source of the sentence: CloudFormation user guide, "Troubleshoot the processed template".
  if (written.weight > WRITTEN_MAX) throw refusal('Transformation data limit exceeded', line);
}
