// The text of a definition: its value, and where in the text each member of it stands. One pass over the text,
// whatever it holds: a hostile one (thousands of brackets, names like `__proto__`) costs no more than its length.
//
//   {"StartAt": "A",           lines.get(machine)           →  StartAt 1, States 2
//    "States": {               lines.get(machine.States)    →  A 3
//      "A": {"Type": "Pass"}}}
import { isArray, isObject, type Json } from '../json.ts';

export type Step = string | number;

export interface Source {
  readonly value: Json;
  /** Of a member, counted from 1. */
  readonly lineOf: (holder: Json, step: Step) => number;
  /** Members whose name stands twice in one object: JSON's parser forgets the first. */
  readonly repeated: readonly { readonly name: string; readonly line: number }[];
  /** Whether it is nested too deep to be looked at. */
  readonly isTooDeep: boolean;
}

/** Ours: objects and arrays around a value. A state in ten Maps within one another has 40. */
const DEPTH_MAX = 400;

/** @throws SyntaxError */
export function readSource(text: string): Source {
  const value = JSON.parse(text) as Json;
  const lines = new Map<Json, Map<Step, number>>();
  const repeated: { name: string; line: number }[] = [];
  const lineOf = (holder: Json, step: Step) => lines.get(holder)?.get(step) ?? 1;
  const source = { value, lineOf, repeated };

  const open: Open[] = [];
  let line = 1;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    const top = open.at(-1);
    if (sign === '\n') line++;
    else if (sign === '{' || sign === '[') {
      if (open.length === DEPTH_MAX) return { ...source, isTooDeep: true };
      noteItem(top, line);
      open.push({ holder: top ? memberOf(top) : value, lines: new Map(), step: sign === '[' ? 0 : undefined });
    } else if (sign === '}' || sign === ']') {
      const closed = open.pop();
      if (closed && typeof closed.holder === 'object' && closed.holder !== null) lines.set(closed.holder, closed.lines);
    } else if (sign === ',') {
      if (top) top.step = typeof top.step === 'number' ? top.step + 1 : undefined;
    } else if (sign === '"') {
      const end = endOfString(text, at);
      if (top && top.step === undefined) {
        const name = JSON.parse(text.slice(at, end + 1)) as string;
        if (top.lines.has(name)) repeated.push({ name, line });
        top.lines.set(name, line);
        top.step = name;
      } else noteItem(top, line);
      at = end;
    } else if (sign !== ':' && sign !== ' ' && sign !== '\r' && sign !== '\t') noteItem(top, line);
  }
  return { ...source, isTooDeep: false };
}

/** An object or array that is being passed. */
interface Open {
  readonly holder: Json | undefined;
  readonly lines: Map<Step, number>;
  /** The member that is being passed; `undefined`: its name comes next. */
  step: Step | undefined;
}

function noteItem(top: Open | undefined, line: number): void {
  if (typeof top?.step === 'number' && !top.lines.has(top.step)) top.lines.set(top.step, line);
}

function memberOf({ holder, step }: Open): Json | undefined {
  if (isArray(holder)) return holder[Number(step)];
  return isObject(holder) && typeof step === 'string' && Object.hasOwn(holder, step) ? holder[step] : undefined;
}

/** Where the closing quote stands. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
