// A definition's whole check: what `read.ts` finds, and what is wrong with its JSONata. That needs the library, which is
// loaded when there is an expression: so this is asynchronous, and a definition that was taken is read again without it.
import { checkExpression } from '../query/jsonata/check.ts';
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
  for (const { code, message } of await checkExpression(text, at.sees === undefined ? [] : [at.sees])) {
    fail(at, message, code);
  }
}
