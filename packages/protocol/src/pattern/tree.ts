// An event as a tree that keeps what JSON.parse loses and matching needs: repeated keys and the spelling of numbers.
// Reads and walks without recursion, because events may be nested as deep as they like.
import type { Leaf } from './leaf.ts';

/** A JSON value. */
export type Tree = Leaf | Branch;

/** An object or an array; an array's entries have no names. */
export type Branch =
  | { readonly kind: 'object'; readonly entries: readonly Entry[] }
  | { readonly kind: 'array'; readonly entries: readonly Entry[] };

export interface Entry {
  readonly name: string;
  readonly value: Tree;
}

const SPACE = /[ \t\n\r]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them inside strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * Reads JSON text.
 * @throws SyntaxError when the text is not one JSON value.
 */
export function parseTree(json: string): Tree {
  const reader = new Reader(json);
  const root: Entry[] = [];
  const open: { readonly kind: 'object' | 'array'; readonly entries: Entry[] }[] = [];
  let entries = root;
  let name = '';
  for (;;) {
    const opened = reader.sign('{') ? 'object' : reader.sign('[') ? 'array' : undefined;
    if (opened !== undefined) {
      const branch = { kind: opened, entries: [] as Entry[] } as const;
      entries.push({ name, value: branch });
      open.push(branch);
      entries = branch.entries;
      if (!reader.sign(opened === 'object' ? '}' : ']')) {
        name = opened === 'object' ? reader.name() : '';
        continue;
      }
      open.pop();
    } else {
      entries.push({ name, value: reader.leaf() });
    }
    let parent = open.at(-1);
    while (parent && reader.sign(parent.kind === 'object' ? '}' : ']')) {
      open.pop();
      parent = open.at(-1);
    }
    if (parent === undefined) break;
    reader.expect(',');
    entries = parent.entries;
    name = parent.kind === 'object' ? reader.name() : '';
  }
  const value = root[0]?.value;
  if (value === undefined || !reader.atEnd()) throw reader.error();
  return value;
}

class Reader {
  readonly #json: string;
  #at = 0;

  constructor(json: string) {
    this.#json = json;
    this.#take(SPACE);
  }

  error(): SyntaxError {
    return new SyntaxError(`Not JSON at position ${this.#at}`);
  }

  atEnd(): boolean {
    return this.#at === this.#json.length;
  }

  sign(sign: string): boolean {
    if (this.#json[this.#at] !== sign) return false;
    this.#at++;
    this.#take(SPACE);
    return true;
  }

  expect(sign: string): void {
    if (!this.sign(sign)) throw this.error();
  }

  name(): string {
    const text = this.#string();
    this.expect(':');
    return text;
  }

  leaf(): Leaf {
    if (this.#json[this.#at] === '"') return { kind: 'string', text: this.#string() };
    const text = this.#take(SCALAR);
    if (text === '') throw this.error();
    this.#take(SPACE);
    return { kind: text === 'true' || text === 'false' || text === 'null' ? 'literal' : 'number', text };
  }

  #string(): string {
    const quoted = this.#take(STRING);
    if (quoted === '') throw this.error();
    this.#take(SPACE);
    return quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
  }

  #take(expression: RegExp): string {
    expression.lastIndex = this.#at;
    const [text = ''] = expression.exec(this.#json) ?? [];
    this.#at += text.length;
    return text;
  }
}

/**
 * The JSON text of a parsed event: as JSON.stringify writes it, however deep it is. What is not JSON data becomes null.
 */
export function toJson(event: unknown): string {
  try {
    return JSON.stringify(event) ?? 'null';
  } catch (error) {
    // Too deep for the stack.
    if (error instanceof RangeError) return writeJson(event);
    throw error;
  }
}

function writeJson(event: unknown): string {
  let json = '';
  // Values, and text that stands between them.
  const pending: { readonly value?: unknown; readonly text?: string }[] = [{ value: event }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, text } = next;
    if (text !== undefined) {
      json += text;
    } else if (typeof value !== 'object' || value === null) {
      json += JSON.stringify(value) ?? 'null';
    } else {
      const array = Array.isArray(value);
      json += array ? '[' : '{';
      pending.push({ text: array ? ']' : '}' });
      const members = Object.entries(value).toReversed();
      for (const [index, [name, member]] of members.entries()) {
        const comma = index < members.length - 1 ? ',' : '';
        pending.push({ value: member }, { text: array ? comma : `${comma}${JSON.stringify(name)}:` });
      }
    }
  }
  return json;
}
