// Expressions, parsed and made ready: with the functions that they get here, and hooks that count.
import type { Expression } from 'jsonata';
import { remember } from '../memory.ts';
import { BUILT_INS, payingDefinition } from './functions/built-ins.ts';
import { type Definition, implement } from './functions/definition.ts';
import { OWN_FUNCTIONS } from './functions/own-functions.ts';
import type { Node } from './node.ts';
import { LinearPattern, loadPatterns } from './pattern.ts';
import { type Frame, SESSION, sessionOf } from './session.ts';
import { readTree, type Tree } from './tree.ts';

export interface Parsed {
  readonly tree: Tree;
  /** What is known to be a function. */
  readonly functions: readonly object[];
  readonly evaluate: (bindings: Readonly<Record<string, unknown>>) => Promise<unknown>;
}

/** Ours: expressions that are kept as parsed. */
const KNOWN_MAX = 1_000;

/** @throws what the library throws for a text that is no expression: `{ code: 'S0201', message, position }` */
export const parseExpression = remember(KNOWN_MAX, parse);

/** Called before and after every node is evaluated. */
const ENTRY = Symbol.for('jsonata.__evaluate_entry');
const EXIT = Symbol.for('jsonata.__evaluate_exit');

async function parse(text: string): Promise<Parsed> {
  const library = await loadLibrary();
  const expression = library.read(text);
  const tree = readTree(expression.ast());
  if (tree.hasPattern) await loadPatterns();
  for (const [name, definition] of Object.entries(library.functions)) expression.assign(name, definition);
  expression.assign('eval', undefined);
  expression.assign(ENTRY, (node: Node, _input: unknown, frame: Frame) => sessionOf(frame).meter.enter(node));
  expression.assign(EXIT, (node: Node, _input: unknown, frame: Frame, result: unknown) => {
    const session = sessionOf(frame);
    session.meter.leave(node, result);
    // A partial application of the library's own functions has a frame that knows no other.
    if (node.type === 'partial' && isPartial(result)) result.environment.bind(SESSION, session);
  });
  return {
    tree,
    functions: Object.values(library.functions),
    evaluate: (bindings) => expression.evaluate(undefined, bindings),
  };
}

function isPartial(value: unknown): value is { environment: { bind(name: string, value: unknown): void } } {
  return typeof value === 'object' && value !== null && 'environment' in value;
}

interface Library {
  readonly read: (text: string) => OpenExpression;
  readonly functions: Readonly<Record<string, Definition>>;
}

/** More can be bound than the library's types say. */
interface OpenExpression {
  evaluate(input: undefined, bindings: Readonly<Record<string, unknown>>): Promise<unknown>;
  assign(name: string | symbol, value: unknown): void;
  ast(): Node;
}

let loading: Promise<Library> | undefined;

/** The library is loaded when there is an expression, not at start. */
function loadLibrary(): Promise<Library> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Library> {
  const { default: jsonata } = await import('jsonata');
  const options = { RegexEngine: LinearPattern as unknown as RegExp };
  const read = (text: string) => jsonata(text, options) as Expression & OpenExpression;
  const define = async (name: string) => (await read(`$${name}`).evaluate(undefined, {})) as Definition;
  const functions: Record<string, Definition> = {};
  const fromMillis = await define('fromMillis');
  for (const name of BUILT_INS) {
    const original = await define(name);
    // The time is the world's, the words are the library's.
    functions[name] = payingDefinition(
      name,
      name === 'now' ? { ...original, implementation: fromMillis.implementation } : original,
    );
  }
  for (const [name, { signature, arity, run }] of Object.entries(OWN_FUNCTIONS)) {
    const holder = read(`$${name}`);
    holder.registerFunction(name, implement(arity, run), signature);
    functions[name] = (await holder.evaluate(undefined, {})) as Definition;
  }
  return { read, functions };
}
