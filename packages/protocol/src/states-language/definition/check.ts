// A definition's whole check: what `read.ts` finds, and what is wrong with its JSONata. That needs the library, which
// is loaded when there is an expression: so this is asynchronous, and a definition that was taken is read again
// without it.
//
// Source: jsonata 2.0.6, whose sentences AWS tells without their codes; the codes and what an expression cannot refer
// to are measured on AWS (floci-io/floci issues 2670 and 2745, 2026-08; anomalyco/sst issue 6110).
import { expressionFaults } from './expression.ts';
import { type Expression, fail } from './place.ts';
import { examineDefinition, type Reading, type ReadOptions } from './read.ts';

export async function checkDefinition(text: string, options: ReadOptions): Promise<Reading> {
  const { machine, problems, expressions } = examineDefinition(text, options);
  for (const expression of expressions) await check(expression);
  // What is wrong with expressions was added to the same list.
  const isRefused = problems.some(({ severity }) => severity === 'ERROR');
  return { ...(machine && !isRefused && { machine }), problems };
}

async function check({ text, at }: Expression): Promise<void> {
  const { default: jsonata } = await import('jsonata');
  let tree: unknown;
  try {
    tree = jsonata(text).ast();
  } catch (error) {
    fail(at, messageOf(error), 'INVALID_JSONATA_EXPRESSION');
    return;
  }
  const seen = new Set(['input', 'context', ...(at.sees === undefined ? [] : [at.sees])]);
  for (const fault of expressionFaults(tree, seen)) fail(at, fault, 'UNSUPPORTED_JSONATA_EXPRESSION');
}

/** The library throws objects with a code, a message and a position; of what is nested too deep, a RangeError. */
function messageOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return String(message);
}
