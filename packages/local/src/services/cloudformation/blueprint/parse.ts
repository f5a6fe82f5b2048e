// A template's text, YAML or JSON, as plain values with their lines. The yaml package is loaded when the first template comes.
//
// Numbers keep their text where it is not how JavaScript writes the number (`0123456789`, `1.0`): CloudFormation hands the text on.
// Inside documents that stay JSON (event patterns, API definitions) a number is a number. YAML 1.2's core schema is read, so
// `2010-09-09` and `yes` are texts. Merge keys and anchors work, as they do in the SAM CLI.

import { refusal } from '@earwitness/protocol/internal/template/problem';
import { createSource, type Source } from '@earwitness/protocol/internal/template/source';
import { isMap, type Value, type ValueMap } from '@earwitness/protocol/internal/template/value';
import { expandTag } from '@earwitness/protocol/internal/template/yaml-tags';
import type { Document, Node, Pair, Scalar } from 'yaml';

type Yaml = typeof import('yaml');

export interface ParsedText {
  readonly root: ValueMap;
  readonly source: Source;
}

/** Members whose value stays JSON for the service that gets it. */
const JSON_DOCUMENTS = new Set(['Body', 'DefinitionBody', 'EventPattern', 'Pattern']);

/**
 * Parses a template's text.
 * @throws ServiceError `ValidationError` with line and column.
 */
export async function parseTemplateText(text: string): Promise<ParsedText> {
  const yaml = await import('yaml');
  const lineCounter = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { schema: 'core', lineCounter, uniqueKeys: false, logLevel: 'silent' });
  const error = document.errors[0];
  if (error) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    const kind = text.trimStart().startsWith('{') ? 'JSON' : 'YAML';
    const why = error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '');
    throw refusal(`Template format error: ${kind} not well-formed. (line ${line}, column ${col}): ${why}`);
  }
  const source = createSource();
  const root = document.contents
    ? convert(document.contents, {
        yaml,
        source,
        document,
        written: { nodes: 0 },
        depth: 0,
        lineOf: (at) => lineCounter.linePos(at).line,
      })
    : null;
  if (!isMap(root)) throw refusal('Template format error: unsupported structure.');
  return { root, source };
}

/** Ours: levels of nesting, and values once every alias is written out. Real templates have fewer than 30 and 20,000. */
const MAX_DEPTH = 200;
const MAX_NODES = 100_000;

interface Converting {
  readonly yaml: Yaml;
  readonly source: Source;
  readonly document: Document.Parsed;
  /** Counts what was written so far: aliases may stand for aliases. */
  readonly written: { nodes: number };
  readonly depth: number;
  lineOf(offset: number): number;
  /** Inside a document that stays JSON. */
  readonly inJson?: boolean;
}

function convert(node: unknown, from: Converting): Value {
  const to = { ...from, depth: from.depth + 1 };
  const { yaml, source } = to;
  if (to.depth > MAX_DEPTH || ++to.written.nodes > MAX_NODES) {
    throw refusal('Template format error: the template is nested too deeply, or its aliases stand for too much');
  }
  if (yaml.isAlias(node)) {
    const anchored = node.resolve(to.document);
    if (anchored) return convert(anchored, to);
    throw refusal(`Template format error: the alias *${node.source} names no anchor`, lineOfNode(node, to));
  }
  const value = plain(node, to);
  const tag = yaml.isNode(node) ? node.tag : undefined;
  if (tag === undefined || !tag.startsWith('!') || tag === '!') return value;
  const line = yaml.isNode(node) ? lineOfNode(node, to) : undefined;
  const long = expandTag(tag, value);
  if (!long)
    throw refusal(`Template format error: YAML tag ${tag} is not an intrinsic function of CloudFormation`, line);
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
  throw refusal('Template format error: a key of a map must be a text', lineOfNode(pair.key, to));
}

function mergedMembers(value: Value): [string, Value][] {
  const maps = Array.isArray(value) ? value : [value];
  return maps.flatMap((map) => (isMap(map) ? Object.entries(map) : []));
}

function lineOfNode(node: unknown, { yaml, lineOf }: Converting): number | undefined {
  const range = yaml.isNode(node) ? (node as Node).range : undefined;
  return range ? lineOf(range[0]) : undefined;
}
