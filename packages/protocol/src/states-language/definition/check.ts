// A definition's whole check: what `read.ts` finds, and what is wrong with its JSONata. That needs the library, which is
// loaded when there is an expression: so this is asynchronous, and a definition that was taken is read again without it.
//
// Source: jsonata 2.0.6, whose sentences AWS tells without their codes; the codes and what an expression cannot refer to are
// measured on AWS (floci-io/floci issues 2670 and 2745, 2026-08; anomalyco/sst issue 6110).
import { expressionFaults } from './expression.ts';
import { type Expression, fail, type Place } from './place.ts';
import { type Reading, type ReadOptions, readDefinition } from './read.ts';

export async function checkDefinition(text: string, options: ReadOptions): Promise<Reading> {
  const reading = readDefinition(text, options);
  for (const expression of reading.expressions) await checkExpression(expression);
  // Problems were told into the reading's own list.
  const { machine, ...rest } = reading;
  const isRefused = reading.problems.some(({ severity }) => severity === 'ERROR');
  return isRefused || machine === undefined ? rest : reading;
}

async function checkExpression({ text, at }: Expression): Promise<void> {
  const { default: jsonata } = await import('jsonata');
  let tree: unknown;
  try {
    tree = jsonata(text).ast();
  } catch (error) {
    fail(at, messageOf(error), 'INVALID_JSONATA_EXPRESSION');
    return;
  }
  for (const fault of expressionFaults(tree, seenAt(at))) fail(at, fault, 'UNSUPPORTED_JSONATA_EXPRESSION');
}

function seenAt({ sees }: Place): ReadonlySet<string> {
  return new Set(['input', 'context', ...(sees === undefined ? [] : [sees])]);
}

/** The library throws objects with a code, a message and a position; its own stack may end, too. */
function messageOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return String(message);
}
