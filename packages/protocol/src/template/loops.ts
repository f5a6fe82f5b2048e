// Fn::ForEach of the transform AWS::LanguageExtensions: `"Fn::ForEach::Name": [Identifier, [a, b], { "Key${Identifier}": … }]`
// becomes one member for each value. Refuses a collection that is neither a list nor a reference to a list parameter.
import { refusal } from './problem.ts';
import type { Source } from './source.ts';
import { asIntrinsic, isList, isMap, scalarText, type Value } from './value.ts';

const LOOP = 'Fn::ForEach::';

interface Expanding {
  readonly source: Source;
  /** Values of parameters, for `!Ref` collections. */
  readonly parameters: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * The value with every loop written out.
 * @throws ServiceError `ValidationError`
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
 */
export function expandLoops(value: Value, expanding: Expanding): Value {
  const { source } = expanding;
  if (isList(value)) {
    return source.derive(
      value.map((item) => expandLoops(item, expanding)),
      value,
    );
  }
  if (!isMap(value)) return value;
  const members: [string, Value][] = [];
  for (const [key, member] of Object.entries(value)) {
    if (!key.startsWith(LOOP)) members.push([key, expandLoops(member, expanding)]);
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
    const written = expandLoops(substituteIdentifier(body, { identifier, item, source: expanding.source }), expanding);
    return isMap(written) ? Object.entries(written) : [];
  });
}

function collectionOf(
  collection: Value,
  at: { readonly name: string; readonly line: number | undefined },
  { parameters }: Expanding,
): string[] {
  const intrinsic = asIntrinsic(collection);
  const list = intrinsic?.name === 'Ref' ? parameters[String(intrinsic.argument)] : collection;
  if (!isList(list))
    throw refusal(`Template error: the collection of ${at.name} is neither a list nor a list parameter`, at.line);
  return list.flatMap((item) => {
    const inner = asIntrinsic(item);
    const value = inner?.name === 'Ref' ? parameters[String(inner.argument)] : scalarText(item);
    if (value === undefined)
      throw refusal(`Template error: the collection of ${at.name} holds ${JSON.stringify(item)}`, at.line);
    return value;
  });
}

// `${Id}` is the value, `&{Id}` the value without what a logical id cannot hold.
function substituteIdentifier(
  value: Value,
  loop: { readonly identifier: string; readonly item: string; readonly source: Source },
): Value {
  const { identifier, item, source } = loop;
  const write = (text: string) =>
    text.replaceAll(`\${${identifier}}`, item).replaceAll(`&{${identifier}}`, item.replace(/[^A-Za-z0-9]/g, ''));
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
