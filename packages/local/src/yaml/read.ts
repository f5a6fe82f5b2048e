// YAML from outside. Whoever has a text to read imports this room then: js-yaml is not needed before.
import { EVENT_ID, parseEvents, YAMLException } from 'js-yaml';
import { resolveAliases } from './aliases.ts';
import { indentLine } from './indentation.ts';
import { type AliasNode, composeNode, type YamlNode } from './node.ts';

/** Ours: levels of nesting. Real documents have fewer than 30. */
export const MAX_DEPTH = 200;

/** Ours: how much is read, in UTF-16 units, before a text whose lines are indented too little is given up. */
const MAX_READ = 20_000_000;

/** Ours: values and keys once every alias is written out. Real templates have fewer than 40,000. */
const MAX_VALUES = 200_000;

export interface YamlText {
  /** The first document; `undefined` for a text without one. */
  readonly root: YamlNode | undefined;
  /** What each alias stands for, but for those that name no anchor. */
  readonly aliases: ReadonlyMap<AliasNode, YamlNode>;
  /** The line of a place in the text; 1 for the first. */
  lineOf(at: number): number;
}

/** Why a text has no value. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
  /** 1 for the first; `undefined` when the document as a whole is too much. */
  readonly place: { readonly line: number; readonly column: number } | undefined;

  constructor(message: string, place?: YamlError['place']) {
    super(message);
    this.place = place;
  }
}

/**
 * Reads the first document of a text.
 * @throws YamlError when it is not well-formed, is nested more than `MAX_DEPTH` levels deep, or has aliases that stand
 * for too much.
 */
export function readYaml(text: string): YamlText {
  const { given, events } = parse(text);
  let starts: readonly number[] | undefined;
  const lineOf = (at: number) => {
    starts ??= lineStarts(given);
    return lastIndexAtMost(starts, at) + 1;
  };
  const root = composeNode(given, events);
  // Without an alias there are no more values than events, and none is nested more deeply than is read.
  const mayBeMuch = events.length > MAX_VALUES || events.some(({ type }) => type === EVENT_ID.ALIAS);
  if (!root || !mayBeMuch) return { root, aliases: new Map(), lineOf };
  const { aliases, values, depth } = resolveAliases(root);
  if (values > MAX_VALUES || depth > MAX_DEPTH + 1) throw new YamlError('its aliases stand for too much');
  return { root, aliases, lineOf };
}

/**
 * The events of a text, and the text that they belong to. Quoted texts and lists in brackets may go on no deeper than
 * their key: YAML asks for more, and PyYAML, by which CloudFormation's and SAM's tools read templates, takes it.
 */
function parse(text: string): { readonly given: string; readonly events: ReturnType<typeof parseEvents> } {
  let given = text;
  let first: YamlError | undefined;
  for (let read = text.length; ; read += given.length) {
    try {
      return { given, events: parseEvents(given, { maxDepth: MAX_DEPTH }) };
    } catch (error) {
      if (!(error instanceof YAMLException) || !error.mark) throw error;
      const { line, column, position } = error.mark;
      first ??= new YamlError(error.reason, { line: line + 1, column: column + 1 });
      // js-yaml tells the case by its text only.
      if (error.reason !== 'deficient indentation' || read > MAX_READ) throw first;
      given = indentLine(given, position);
    }
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The index of the last of ascending numbers that is not above `limit`. */
function lastIndexAtMost(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((ascending[middle] ?? Infinity) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
