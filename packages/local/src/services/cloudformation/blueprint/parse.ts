// A template's text, YAML or JSON, as plain values with their lines.
//
// YAML is read as PyYAML reads it, by version 1.1, but for dates: `yes` is true, `2010-09-09` a text. Numbers keep
// their text where it is not how JavaScript writes the number (`1.0`): CloudFormation hands the text on. Inside
// documents that stay JSON (event patterns, API definitions) a number is a number. Merge keys and anchors work, as
// they do in the SAM CLI. A template in JSON is read by JSON's own rules.

import { setMember } from '@earwitness/protocol/internal/aws/json/member';
import { type Problem, refusal, refuse } from '@earwitness/protocol/internal/template/problem';
import { createSource, type Place, type Source } from '@earwitness/protocol/internal/template/source';
import { isMap, type Value, type ValueMap } from '@earwitness/protocol/internal/template/value';
import { expandTag } from '@earwitness/protocol/internal/template/yaml-tags';
import type { AliasNode, ListNode, MapNode, ScalarNode, YamlNode } from '../../../yaml/node.ts';
import type { Scalar } from '../../../yaml/scalar-1.1.ts';

export interface ParsedText {
  readonly root: ValueMap;
  readonly source: Source;
  /** Every key in it: what is not among them need not be looked for. */
  readonly keys: ReadonlySet<string>;
}

/** Source: CloudFormation quotas, "Template body size in an Amazon S3 object". */
const MAX_BYTES = 1_000_000;

/** Members whose value stays JSON for the service that gets it. */
const JSON_DOCUMENTS: ReadonlySet<string> = new Set([
  ...['Body', 'Definition', 'DefinitionBody', 'EventPattern', 'Pattern'],
]);

/**
 * Parses a template's text.
 * @throws ServiceError `ValidationError` with line and column.
 */
export async function parseTemplateText(text: string): Promise<ParsedText> {
  const { problems, ...parsed } = await readTemplateText(text);
  refuse(problems);
  return parsed;
}

/**
 * The same for who gathers problems: the template as far as it can be read.
 * @throws ServiceError `ValidationError` when nothing of it can be read.
 */
export async function readTemplateText(text: string): Promise<ReadText> {
  const known = last?.deref();
  if (known?.text === text) return known.read;
  const read = await readAnew(text);
  last = new WeakRef({ text, read });
  return read;
}

type ReadText = ParsedText & { readonly problems: readonly Problem[] };

/** What was read last: a deployment reads the same text for its summary, its assessment and its stack. */
let last: WeakRef<{ readonly text: string; readonly read: ReadText }> | undefined;

async function readAnew(text: string): Promise<ReadText> {
  if (Buffer.byteLength(text) > MAX_BYTES) throw refusal(`Template may not exceed ${MAX_BYTES} bytes in size.`);
  // The room loads a package; it is needed with the first template.
  const { readYaml, YamlError } = await import('../../../yaml/read.ts');
  const { scalarValue } = await import('../../../yaml/scalar.ts');
  const { scalarByYaml11 } = await import('../../../yaml/scalar-1.1.ts');
  const isJson = text.trimStart().startsWith('{');
  const readScalar = isJson ? (node: ScalarNode) => writtenNumber(scalarValue(node), node.text) : scalarByYaml11;
  const source = createSource();
  const keys = new Set<string>();
  const problems: Problem[] = [];
  try {
    const { root: node, aliases, lineOf } = readYaml(text);
    const root = node ? convert(node, { source, keys, aliases, lineOf, readScalar, problems, inJson: false }) : null;
    if (!isMap(root)) throw refusal('Template format error: unsupported structure.');
    return { root, source, keys, problems };
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    const { message, place } = error;
    if (!place) throw refusal(`Template format error: the template cannot be read: ${message}`);
    const kind = isJson ? 'JSON' : 'YAML';
    const where = `line ${place.line}, column ${place.column}`;
    throw refusal(`Template format error: ${kind} not well-formed. (${where}): ${message}`);
  }
}

interface Converting {
  readonly source: Source;
  readonly keys: Set<string>;
  readonly aliases: ReadonlyMap<AliasNode, YamlNode>;
  readonly problems: Problem[];
  /** Inside a document that stays JSON. */
  readonly inJson: boolean;
  lineOf(at: number): number;
  readScalar(node: ScalarNode): Scalar;
}

function convert(node: YamlNode, from: Converting): Value {
  const value = plain(node, from);
  const { tag } = node;
  if (tag === undefined || !tag.startsWith('!') || tag.startsWith('!!') || tag === '!') return value;
  const { source, problems } = from;
  const long = expandTag(tag, value);
  if (!long) {
    const message = `Template format error: YAML tag ${tag} is not an intrinsic function of CloudFormation`;
    problems.push({ message, line: lineOf(node.at, from) });
    return value;
  }
  for (const name of Object.keys(long)) from.keys.add(name);
  if (node.at !== undefined)
    source.mark(
      long,
      placeOf(node.at, () => [], from),
    );
  return long;
}

function plain(node: YamlNode, to: Converting): Value {
  switch (node.kind) {
    case 'scalar':
      return scalar(node, to);
    case 'list':
      return list(node, to);
    case 'map':
      return map(node, to);
    case 'alias': {
      const anchored = to.aliases.get(node);
      if (anchored) return convert(anchored, to);
      const message = `Template format error: the alias *${node.name} names no anchor`;
      to.problems.push({ message, line: lineOf(node.at, to) });
      return '';
    }
  }
}

function list({ items, at }: ListNode, to: Converting): Value {
  const values = items.map((item) => convert(item, to));
  to.source.mark(
    values,
    placeOf(at, () => items.map((item, index) => [String(index), item]), to),
  );
  return values;
}

function map({ members, at }: MapNode, to: Converting): Value {
  const made: Record<string, Value> = {};
  for (const { key: keyNode, value: node } of members) {
    const key = keyOf(keyNode, to);
    to.keys.add(key);
    const inJson = to.inJson || JSON_DOCUMENTS.has(key);
    const value = convert(node, inJson === to.inJson ? to : { ...to, inJson });
    if (key === '<<') merge(made, value);
    else setMember(made, key, value);
  }
  const keys = () => members.map(({ key }) => [key.kind === 'scalar' ? key.text : '', key] as const);
  to.source.mark(made, placeOf(members[0]?.key.at ?? at, keys, to));
  return made;
}

/** What stands in the map itself wins. */
function merge(made: Record<string, Value>, value: Value): void {
  for (const [name, merged] of mergedMembers(value)) if (!Object.hasOwn(made, name)) setMember(made, name, merged);
}

/** Lines are counted when somebody asks for them, which is of few values. */
function placeOf(
  at: number | undefined,
  members: () => readonly (readonly [name: string, node: YamlNode])[],
  from: Converting,
): Place {
  let places: ReadonlyMap<string, number | undefined> | undefined;
  return {
    get line() {
      return lineOf(at, from) ?? 1;
    },
    lineOf(member) {
      places ??= new Map(members().map(([name, node]) => [name, node.at]));
      return lineOf(places.get(member), from);
    },
  };
}

function scalar(node: ScalarNode, { inJson, readScalar }: Converting): Value {
  const value = readScalar(node);
  if (typeof value !== 'object' || value === null) return value;
  const { number, text } = value;
  return String(number) === text || (inJson && Number.isFinite(number)) ? number : text;
}

function writtenNumber(value: string | number | boolean | null, text: string): Scalar {
  return typeof value === 'number' ? { number: value, text } : value;
}

function keyOf(key: YamlNode, to: Converting): string {
  if (key.kind === 'scalar') return key.text;
  to.problems.push({ message: 'Template format error: a key of a map must be a text', line: lineOf(key.at, to) });
  return '';
}

function mergedMembers(value: Value): [string, Value][] {
  const maps = Array.isArray(value) ? value : [value];
  return maps.flatMap((merged) => (isMap(merged) ? Object.entries(merged) : []));
}

function lineOf(at: number | undefined, to: Converting): number | undefined {
  return at === undefined ? undefined : to.lineOf(at);
}
