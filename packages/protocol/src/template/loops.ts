// Fn::ForEach of the transform AWS::LanguageExtensions: `"Fn::ForEach::Name": [Identifier, [a, b], {
// "Key${Identifier}": … }]` becomes one member for each value. Refuses a collection that is neither a list nor leads to
// one, which a reference to a list parameter does, and Fn::FindInMap.
import { collect, type Problem, refusal, refuse } from './problem.ts';
import { resolveValue, type Scope } from './resolve.ts';
import type { Source } from './source.ts';
import { asIntrinsic, isList, isMap, scalarText, type Value, type ValueMap } from './value.ts';

const LOOP = 'Fn::ForEach::';

export interface LoopOptions {
  readonly source: Source;
  /** Values of parameters, for `!Ref` collections. */
  readonly parameters: Readonly<Record<string, string | readonly string[]>>;
  /** For `!FindInMap` collections. */
  readonly mappings: ValueMap;
}

interface Expanding extends LoopOptions {
  /** Values and characters written so far. */
  readonly written: { weight: number };
  /** Of loops that cannot be written out. */
  readonly problems: Problem[];
}

/** Ours: values and characters that loops may write. CloudFormation takes a megabyte "and some buffer". */
const WRITTEN_MAX = 1_000_000;

/**
 * The value with every loop written out.
 * @throws ServiceError `ValidationError` naming every loop that cannot be
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
 */
export function expandLoops(value: Value, options: LoopOptions): Value {
  const problems: Problem[] = [];
  const expanded = expand(value, { ...options, written: { weight: 0 }, problems });
  refuse(problems);
  return expanded;
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
    else {
      const at = { name: key, loop: member, line: source.lineOf(value, key) };
      members.push(...collect(expanding.problems, () => loopMembers(at, expanding), []));
    }
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

// Source: aws-cloudformation/cfn-language-discussion, RFC 0009: collections are lists, !Ref and !FindInMap.
function collectionOf(
  collection: Value,
  at: { readonly name: string; readonly line: number | undefined },
  expanding: Expanding,
): string[] {
  const scope = scopeOf(expanding);
  const name = asIntrinsic(collection)?.name;
  const leads = name === 'Ref' || name === 'Fn::FindInMap';
  const list = leads ? resolveValue(collection, scope, at.line) : collection;
  if (!isList(list))
    throw refusal(`Template error: the collection of ${at.name} is neither a list nor leads to one`, at.line);
  return list.flatMap((item) => {
    const value = asIntrinsic(item) ? resolveValue(item, scope, at.line) : item;
    const texts = (isList(value) ? value : [value ?? null]).map(scalarText);
    if (!texts.every((text) => text !== undefined))
      throw refusal(`Template error: the collection of ${at.name} holds ${JSON.stringify(item)}`, at.line);
    return texts;
  });
}

/** Where loops are written out there are no resources yet. */
function scopeOf({ source, parameters, mappings }: LoopOptions): Scope {
  const notHere = () => {
    throw refusal('Template error: the collection of a loop cannot be made of resources or exports');
  };
  return {
    ...{ source, parameters, mappings, region: '' },
    condition: () => false,
    reference: () => undefined,
    attribute: notHere,
    imported: notHere,
  };
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
