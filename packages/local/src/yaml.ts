// YAML from outside. The yaml package is loaded when the first text comes.
//
// The package composes values by recursion, and a text of brackets is deeper than JavaScript's stack. There V8 does not
// always throw: a regular expression that is first needed at the end of the stack ends the process ("RegExpCompiler
// Allocation failed", seen with Node 20.20 and yaml 2.9.1 on 1 MB of `{` and then 1 MB of `- `). So the depth is looked
// at while the text is read, before anything is composed.
import type { CST, Document, LineCounter } from 'yaml';
import { indentQuotedText } from './yaml-quotes.ts';

export type Yaml = typeof import('yaml');

export interface YamlText {
  readonly yaml: Yaml;
  /** What is wrong with the text stands in its `errors`. */
  readonly document: Document.Parsed;
  readonly lineCounter: LineCounter;
}

/** Ours: levels of nesting. Real documents have fewer than 30. */
export const MAX_DEPTH = 200;

/** Ours: quoted texts in one document that are indented too little. The document is read anew for each. */
const MAX_QUOTED = 20;

/**
 * Reads the first document of a text, by the core schema; `undefined` when it is nested more than `MAX_DEPTH` levels
 * deep.
 */
export async function readYaml(text: string): Promise<YamlText | undefined> {
  let given = text;
  let read = await readOnce(given);
  for (let count = 0; read && count < MAX_QUOTED; count++) {
    const [error] = read.document.errors;
    // The package tells this case by its text only: a comma that is missing has the same code.
    if (!error?.message.startsWith('Missing closing ')) break;
    const indented = indentQuotedText(given, error.pos[0]);
    if (indented === undefined) break;
    given = indented;
    read = await readOnce(given);
  }
  return read;
}

async function readOnce(text: string): Promise<YamlText | undefined> {
  const yaml = await import('yaml');
  const lineCounter = new yaml.LineCounter();
  const depth = { exceeded: false };
  // Pretty errors copy the line of each error: of many on one line, that is the square of its length.
  const composer = new yaml.Composer({ schema: 'core', prettyErrors: false, uniqueKeys: false, logLevel: 'silent' });
  const tokens = readTokens(text, { yaml, lineCounter, depth });
  const document = withoutStacks(() => composer.compose(tokens, true, text.length).next().value);
  return document && !depth.exceeded ? { yaml, document, lineCounter } : undefined;
}

/**
 * The composer makes an error object for each comma too many, and goes on. Their stack traces are two thirds of the
 * cost.
 */
function withoutStacks<Result>(compose: () => Result): Result {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return compose();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function* readTokens(
  text: string,
  reading: { readonly yaml: Yaml; readonly lineCounter: LineCounter; readonly depth: { exceeded: boolean } },
): Generator<CST.Token> {
  const { yaml, lineCounter, depth } = reading;
  const parser = new yaml.Parser(lineCounter.addNewLine);
  lineCounter.addNewLine(0);
  for (const lexeme of new yaml.Lexer().lex(text)) {
    yield* parser.next(lexeme);
    depth.exceeded = parser.stack.length > MAX_DEPTH;
    // Nothing of what was begun is handed on.
    if (depth.exceeded) return;
  }
  yield* parser.end();
}

/**
 * The value of a text, or `undefined` when it is not well-formed, is nested too deeply or has aliases that stand for
 * too much.
 */
export async function parseYaml(text: string): Promise<unknown> {
  const read = await readYaml(text);
  if (!read || read.document.errors.length > 0) return undefined;
  try {
    return read.document.toJS();
  } catch {
    return undefined;
  }
}
