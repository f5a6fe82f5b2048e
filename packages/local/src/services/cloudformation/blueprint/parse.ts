// A template's text, YAML or JSON, as plain values with their lines.
//
// Numbers keep their text where it is not how JavaScript writes the number (`0123456789`, `1.0`): CloudFormation hands
// the text on. Inside documents that stay JSON (event patterns, API definitions) a number is a number. YAML 1.2's core
// schema is read, so `2010-09-09` and `yes` are texts. Merge keys and anchors work, as they do in the SAM CLI.

import type { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { type Problem, refusal, refuse } from '@earwitness/protocol/internal/template/problem';
import { createSource, type Source } from '@earwitness/protocol/internal/template/source';
import { isMap, type Value, type ValueMap } from '@earwitness/protocol/internal/template/value';
import { expandTag } from '@earwitness/protocol/internal/template/yaml-tags';
import type { Alias, Node, Pair, Scalar } from 'yaml';
import { MAX_DEPTH, readYaml, type Yaml } from '../../../yaml.ts';

export interface ParsedText {
  readonly root: ValueMap;
  readonly source: Source;
}

/** Members whose value stays JSON for the service that gets it. */
const JSON_DOCUMENTS = new Set(['Body', 'Definition', 'DefinitionBody', 'EventPattern', 'Pattern']);

/** Source: CloudFormation quotas, "Template body size in an Amazon S3 object". */
const MAX_BYTES = 1_000_000;

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
  const read = await readYaml(text);
  if (!read) throw tooMuch();
  const { yaml, document, lineCounter } = read;
  const error = document.errors[0];
  if (error) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    const kind = text.trimStart().startsWith('{') ? 'JSON' : 'YAML';
    throw refusal(`Template format error: ${kind} not well-formed. (line ${line}, column ${col}): ${error.message}`);
  }
  const source = createSource();
  const { aliases, values } = resolveAliases(document.contents, yaml);
  if (values > MAX_VALUES) throw tooMuch();
  const lineOf = (at: number) => lineCounter.linePos(at).line;
  const problems: Problem[] = [];
  const converting = { yaml, source, aliases, depth: 0, lineOf, problems };
  const root = document.contents ? convert(document.contents, converting) : null;
  if (!isMap(root)) throw refusal('Template format error: unsupported structure.');
  return { root, source, problems };
}

/** Ours: values once every alias is written out. Real templates have fewer than 20,000. */
const MAX_VALUES = 100_000;

function tooMuch(): ServiceError {
  return refusal('Template format error: the template is nested too deeply, or its aliases stand for too much');
}

/**
 * What each alias stands for, and how many values there are once every alias is written out: counted without writing
 * them, so that ten lines that stand for billions cost nothing. The package itself walks the document for each alias.
 */
function resolveAliases(contents: unknown, yaml: Yaml): { aliases: ReadonlyMap<Alias, Node>; values: number } {
  const aliases = new Map<Alias, Node>();
  // A name may be given again: an alias stands for the last one before it.
  const anchors = new Map<string, Node>();
  const sizes = new Map<Node, number>();
  const count = (node: unknown): number => {
    if (!yaml.isNode(node)) return 1;
    if (yaml.isAlias(node)) {
      const anchored = anchors.get(node.source);
      if (anchored === undefined) return 1;
      aliases.set(node, anchored);
      // What is not counted yet is around the alias.
      return sizes.get(anchored) ?? Infinity;
    }
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    let size = 1;
    if (yaml.isSeq(node)) for (const item of node.items) size += count(item);
    if (yaml.isMap(node)) {
      for (const { key, value } of node.items) {
        count(key);
        size += count(value);
      }
    }
    if (node.anchor !== undefined) sizes.set(node, size);
    return size;
  };
  return { values: count(contents), aliases };
}

interface Converting {
  readonly yaml: Yaml;
  readonly source: Source;
  readonly aliases: ReadonlyMap<Alias, Node>;
  readonly depth: number;
  lineOf(offset: number): number;
  readonly problems: Problem[];
  /** Inside a document that stays JSON. */
  readonly inJson?: boolean;
}

function convert(node: unknown, from: Converting): Value {
  const to = { ...from, depth: from.depth + 1 };
  const { yaml, source } = to;
  if (to.depth > MAX_DEPTH) throw tooMuch();
  if (yaml.isAlias(node)) {
    const anchored = to.aliases.get(node);
    if (anchored) return convert(anchored, to);
    const message = `Template format error: the alias *${node.source} names no anchor`;
    to.problems.push({ message, line: lineOfNode(node, to) });
    return '';
  }
  const value = plain(node, to);
  const tag = yaml.isNode(node) ? node.tag : undefined;
  if (tag === undefined || !tag.startsWith('!') || tag === '!') return value;
  const line = yaml.isNode(node) ? lineOfNode(node, to) : undefined;
  const long = expandTag(tag, value);
  if (!long) {
    const message = `Template format error: YAML tag ${tag} is not an intrinsic function of CloudFormation`;
    to.problems.push({ message, line });
    return value;
  }
  if (line !== undefined) source.mark(long, { line, members: new Map() });
  return long;
}

function plain(node: unknown, to: Converting): Value {
  const { yaml, source } = to;
  if (yaml.isScalar(node)) return scalar(node, to);
  if (!yaml.isCollection(node)) return null;
  const line = lineOfNode(node, to) ?? 1;
  if (yaml.isSeq(node)) {
    const lines = new Map(node.items.map((item, index) => [String(index), lineOfNode(item, to) ?? line]));
    const list = node.items.map((item) => convert(item, to));
    source.mark(list, { line, members: lines });
    return list;
  }
  const members = new Map<string, Value>();
  const lines = new Map<string, number>();
  for (const pair of node.items) {
    const key = keyOf(pair, to);
    const inJson = to.inJson || JSON_DOCUMENTS.has(key);
    const value = convert(pair.value, { ...to, inJson });
    if (key === '<<') for (const [name, merged] of mergedMembers(value)) members.has(name) || members.set(name, merged);
    else members.set(key, value);
    lines.set(key, lineOfNode(pair.key, to) ?? line);
  }
  const map = Object.fromEntries(members);
  source.mark(map, { line: lines.values().next().value ?? line, members: lines });
  return map;
}

function scalar(node: Scalar, { yaml, inJson }: Converting): Value {
  const { value, source: text } = node;
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'number') return String(text ?? value);
  if (node.type !== yaml.Scalar.PLAIN || text === undefined || String(value) === text) return value;
  return inJson && Number.isFinite(value) && !/^[-+]?0\d/.test(text) ? value : text;
}

function keyOf(pair: Pair, to: Converting): string {
  const { yaml } = to;
  if (yaml.isScalar(pair.key)) return String(pair.key.source ?? pair.key.value);
  to.problems.push({ message: 'Template format error: a key of a map must be a text', line: lineOfNode(pair.key, to) });
  return '';
}

function mergedMembers(value: Value): [string, Value][] {
  const maps = Array.isArray(value) ? value : [value];
  return maps.flatMap((map) => (isMap(map) ? Object.entries(map) : []));
}

function lineOfNode(node: unknown, { yaml, lineOf }: Converting): number | undefined {
  const range = yaml.isNode(node) ? (node as Node).range : undefined;
  return range ? lineOf(range[0]) : undefined;
}
