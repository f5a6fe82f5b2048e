// A test that waits for an event: which of its fields tell it from others, and how the test is written.
import { parseTree, type Tree } from '@earwitness/protocol/internal/pattern/tree';

/** Ours: how much of a detail is looked at. */
const DEPTH = 6;
const MOST_FIELDS = 200;
const LONGEST_VALUE = 100;
/** Other events that it is told from, and fields that a test names beside ids. */
const MOST_OTHERS = 200;
const FEW = 2;
const LINE = 100;

export interface TestOf {
  /** The envelope as JSON text. */
  readonly event: string;
  /** Envelopes of the same source and detail-type, without itself. */
  readonly others: readonly string[];
  readonly bus: string;
  /** No topic hears it: the test listens to the bus. */
  readonly needsBus: boolean;
  /** What brought it about: `POST /orders`. */
  readonly cause?: string;
}

/** A scalar of the detail. */
interface Field {
  readonly path: readonly string[];
  /** As TypeScript. */
  readonly code: string;
  readonly isId: boolean;
}

/** The text of the test. */
export function testText({ event, others, bus, needsBus, cause }: TestOf): string {
  const tree = parseTree(event);
  const [source, type] = ['source', 'detail-type'].map((name) => textAt(tree, [name]) ?? '');
  const chosen = chooseFields(tree, others.slice(0, MOST_OTHERS).map(parseTree));
  const names = nameIds(chosen);
  const ids = [...names].map(([field, name]) => `  const ${name} = ${field.code};`);
  const about = ids.length === 1 ? 'An id of this event' : 'Ids of this event';
  const detail = nest(chosen.map((field) => ({ path: field.path, code: names.get(field) ?? field.code })));
  const expected = writeObject(
    [
      ['source', quote(source ?? '')],
      ['detail-type', quote(type ?? '')],
      ...(detail.size === 0 ? [] : [['detail', detail] as const]),
    ],
    '  ',
    '  await events.waitForMessageMatching();'.length,
  );
  return [
    "import { subscribe } from 'earwitness';",
    "import { test } from 'vitest';",
    '',
    `test(${quote(`${type} is published`)}, async () => {`,
    `  await using events = await subscribe(${needsBus ? `{ buses: [${quote(bus)}] }` : ''});`,
    `  // Here the test does what publishes it${cause === undefined ? '' : `: ${oneLine(cause)}`}.`,
    ...(ids.length === 0
      ? []
      : [`  // ${about}: a test takes ${ids.length === 1 ? 'it' : 'them'} from what it sent or was answered.`]),
    ...ids,
    `  await events.waitForMessageMatching(${expected});`,
    '});',
    '',
  ].join('\n');
}

/** Those that tell it from all others, ids first; without others, its ids or its first fields. */
function chooseFields(tree: Tree, others: readonly Tree[]): Field[] {
  const fields = fieldsOf(tree);
  const ranked = [...fields].sort((one, other) => Number(other.isId) - Number(one.isId));
  const chosen: Field[] = [];
  let left = others;
  while (left.length > 0) {
    let best: { readonly field: Field; readonly same: readonly Tree[] } | undefined;
    for (const field of ranked) {
      const same = left.filter((one) => codeAt(one, field.path) === field.code);
      if (same.length < (best?.same ?? left).length) best = { field, same };
      if (same.length === 0) break;
    }
    if (!best) break;
    chosen.push(best.field);
    left = best.same;
  }
  if (chosen.length > 0) return chosen;
  const ids = ranked.filter(({ isId }) => isId).slice(0, 1);
  return ids.length > 0 ? ids : fields.slice(0, FEW);
}

/** Scalars of the detail that a test could name: none inside arrays, which are compared whole, and no times. */
function fieldsOf(tree: Tree): Field[] {
  const fields: Field[] = [];
  const walk = (at: Tree | undefined, path: readonly string[]) => {
    if (at === undefined || at.kind === 'array' || fields.length >= MOST_FIELDS) return;
    if (at.kind === 'object') {
      if (path.length <= DEPTH) for (const { name, value } of at.entries) walk(value, [...path, name]);
      return;
    }
    const name = path.at(-1) ?? '';
    if (path.length < 2 || at.text.length > LONGEST_VALUE || isTime(name, at.text)) return;
    fields.push({ path: path.slice(1), code: codeOf(at), isId: isId(name, at.text) });
  };
  walk(member(tree, 'detail'), ['detail']);
  return fields;
}

function isTime(name: string, text: string): boolean {
  return /(At|_at|[tT]ime|[tT]imestamp)$/.test(name) || /^\d{4}-\d\d-\d\dT/.test(text);
}

/** By its name, or because it looks like one: a UUID, a ULID. */
function isId(name: string, text: string): boolean {
  if (/^(id|uuid)$|(Id|ID|_id|Uuid)$/.test(name)) return true;
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text) || /^[0-7][\dA-HJKMNP-TV-Z]{25}$/.test(text);
}

/** A name for each id, after its field; what is called `id` twice is called after what it is the id of. */
function nameIds(fields: readonly Field[]): Map<Field, string> {
  const names = new Map<Field, string>();
  const taken = new Set(['events', 'test', 'subscribe']);
  for (const field of fields) {
    if (!field.isId) continue;
    const [last = '', parent = ''] = [...field.path].reverse();
    const both = parent === '' ? last : `${parent}${last.slice(0, 1).toUpperCase()}${last.slice(1)}`;
    const forms = [last, both, 'id', `id${taken.size}`];
    const name = forms.find((form) => isIdentifier(form) && !taken.has(form)) ?? `id${taken.size}`;
    taken.add(name);
    names.set(field, name);
  }
  return names;
}

type Nested = Map<string, string | Nested>;

function nest(fields: readonly { readonly path: readonly string[]; readonly code: string }[]): Nested {
  const root: Nested = new Map();
  for (const { path, code } of fields) {
    let at = root;
    for (const name of path.slice(0, -1)) {
      const below = at.get(name);
      const next: Nested = below instanceof Map ? below : new Map();
      at.set(name, next);
      at = next;
    }
    at.set(path.at(-1) ?? '', code);
  }
  return root;
}

type Members = readonly (readonly [name: string, value: string | Nested])[];

/** On one line if it fits there. */
function writeObject(members: Members, indent: string, taken: number): string {
  const parts = (inner: string) =>
    members.map(([name, value]) => {
      if (value instanceof Map)
        return `${keyText(name)}: ${writeObject([...value], inner, inner.length + name.length + 4)}`;
      return value === name ? name : `${keyText(name)}: ${value}`;
    });
  const line = `{ ${parts(indent).join(', ')} }`;
  if (line.length + taken <= LINE && !line.includes('\n')) return line;
  const inner = `${indent}  `;
  return `{\n${parts(inner)
    .map((part) => `${inner}${part},\n`)
    .join('')}${indent}}`;
}

function keyText(name: string): string {
  // As a key `__proto__` alone would be the prototype; in brackets it is a field.
  if (name === '__proto__') return "['__proto__']";
  return isIdentifier(name) ? name : quote(name);
}

/** Of a name and of a key; words of the language are no names. */
function isIdentifier(text: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(text) && !RESERVED.has(text);
}

const RESERVED = new Set(
  'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield'.split(
    ' ',
  ),
);

function member(tree: Tree, name: string): Tree | undefined {
  return tree.kind === 'object' ? tree.entries.findLast((entry) => entry.name === name)?.value : undefined;
}

function at(tree: Tree, path: readonly string[]): Tree | undefined {
  return path.reduce<Tree | undefined>((below, name) => below && member(below, name), tree);
}

function textAt(tree: Tree, path: readonly string[]): string | undefined {
  const found = at(tree, path);
  return found && 'text' in found ? found.text : undefined;
}

function codeAt(tree: Tree, path: readonly string[]): string | undefined {
  const found = at(tree, ['detail', ...path]);
  return found && 'text' in found ? codeOf(found) : undefined;
}

function codeOf({ kind, text }: { readonly kind: string; readonly text: string }): string {
  return kind === 'string' ? quote(text) : text;
}

/** A string of TypeScript in ASCII and letters that are seen. */
function quote(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, escapeSign)}'`;
}

function escapeSign(sign: string): string {
  return sign.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function oneLine(text: string): string {
  return quote(text).slice(1, -1);
}
