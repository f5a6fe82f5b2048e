// The library's own functions, as expressions get them: each pays for what it reads, by whichever way it is called.
import { type Definition, implement } from './definition.ts';
import { REPLACED } from './replaced.ts';

/** All that the library has but `$eval`. Source: jsonata 2.0.6. */
export const BUILT_INS: readonly string[] = [
  ...['sum', 'count', 'max', 'min', 'average', 'number', 'floor', 'ceil', 'round', 'abs', 'sqrt', 'power'],
  ...['string', 'substring', 'substringBefore', 'substringAfter', 'lowercase', 'uppercase', 'length', 'trim', 'pad'],
  ...['match', 'contains', 'replace', 'split', 'join', 'base64encode', 'base64decode'],
  ...['encodeUrlComponent', 'encodeUrl', 'decodeUrlComponent', 'decodeUrl'],
  ...['formatNumber', 'formatBase', 'formatInteger', 'parseInteger', 'toMillis', 'fromMillis', 'now', 'millis'],
  ...['boolean', 'not', 'exists', 'type', 'error', 'assert', 'clone'],
  ...['map', 'zip', 'filter', 'single', 'reduce', 'sift', 'each', 'sort', 'shuffle', 'reverse', 'distinct', 'append'],
  ...['keys', 'lookup', 'spread', 'merge'],
];

/** Those that read what is inside of what they are given. */
const WHOLE: ReadonlySet<string> = new Set(['string', 'clone', 'distinct']);

export function payingDefinition(name: string, original: Definition): Definition {
  const replaced = REPLACED[name];
  const { implementation } = original;
  return {
    ...original,
    implementation: implement(implementation.length, (session, args, focus) => {
      for (const argument of args) session.meter.payFor(argument, WHOLE.has(name));
      const runOriginal = (...others: readonly unknown[]) => implementation.apply(focus, [...others]);
      return replaced ? replaced(session, args, runOriginal) : runOriginal(...args);
    }),
  };
}
