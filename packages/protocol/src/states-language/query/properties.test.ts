// Random paths, calls, expressions and documents: nothing hangs, nothing but the language's errors comes out, and what
// simple paths select is what a second, simple reader of them selects.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../json.ts';
import { isArray, isObject } from '../json.ts';
import { StatesError } from '../states-error.ts';
import { evaluateField } from './field.ts';
import { selectPath } from './json-path/select-path.ts';
import { evaluateExpression } from './jsonata/evaluate.ts';
import { SyntaxFault } from './reading.ts';
import type { Scope } from './scope.ts';
import type { World } from './world.ts';

const world: World = { now: 0, random: () => 0.5, uuid: () => 'id', hash: () => '' };

const name = fc.constantFrom('a', 'b', 'x y', 'constructor', '__proto__', '0');
const document: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Json>(null, true, 0, 1, -1.5, 1e21, '', 'a', '5', 'true'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

/** An input: paths cannot be applied to null. */
const input = document.filter((value) => value !== null);

const scopeOf = (input: Json): Scope => ({ input, context: { State: { Name: 's' } }, variables: { v: input } });

function failureOf(call: () => unknown): unknown {
  try {
    call();
    return undefined;
  } catch (error) {
    return error;
  }
}

const known = (error: unknown) => error === undefined || error instanceof StatesError || error instanceof SyntaxFault;

const step = fc.oneof(
  name.map((each) => `['${each}']`),
  fc.constantFrom('.a', '.b', '..a', '..*', '.*', '[*]', '[0]', '[-1]', '[9]', '[0:2]', '[-2:]', '[:-1]', '[0,1]'),
  fc.constantFrom('[(@.length-1)]', "['a','b']", '[?(@.a)]', '[?(!@.b)]', '..[?(@.a)]', '.[0]'),
  fc
    .tuple(
      fc.constantFrom('@', '@.a', '@[0]', '$.b'),
      fc.constantFrom('==', '!=', '<', '>='),
      fc.constantFrom('1', "'a'", 'null', '@.b'),
    )
    .map(([left, operator, right]) => `[?(${left} ${operator} ${right})]`),
);
const path = fc
  .tuple(fc.constantFrom('$', '$$', '$v'), fc.array(step, { maxLength: 5 }))
  .map(([root, steps]) => `${root}${steps.join('')}`);

test('any path selects something or fails as the language does', () => {
  fc.assert(
    fc.property(path, document, (text, root) => {
      expect(known(failureOf(() => selectPath(text, scopeOf(root))))).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});

test('what is no path is refused, whatever it is', () => {
  const signs = fc.constantFrom(...'$.@[](){}*?!&|=<>,:\'"\\ ab01-_', 'States.', 'Format', '..', '&&');
  fc.assert(
    fc.property(fc.array(signs, { maxLength: 20 }), document, (parts, root) => {
      for (const prefix of ['$', '$.', '$[', '$[?(', 'States.Format(', '']) {
        const text = `${prefix}${parts.join('')}`;
        expect(known(failureOf(() => evaluateField(text, scopeOf(root), { field: 'f', world })))).toBe(true);
      }
    }),
    { numRuns: 3_000 },
  );
});

const functions = [
  'Array',
  'ArrayPartition',
  'ArrayContains',
  'ArrayRange',
  'ArrayGetItem',
  'ArrayLength',
  'ArrayUnique',
]
  .concat('Base64Encode', 'Base64Decode', 'Hash', 'JsonMerge', 'StringToJson', 'JsonToString', 'MathAdd', 'MathRandom')
  .concat('StringSplit', 'UUID', 'Format');
const call = fc.letrec<{ call: string; argument: string }>((tie) => ({
  call: fc
    .tuple(fc.constantFrom(...functions), fc.array(tie('argument'), { maxLength: 3 }))
    .map(([each, args]) => `States.${each}(${args.join(', ')})`),
  argument: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(
      '1',
      '-1.5',
      '1e21',
      'true',
      'null',
      "'{}'",
      "'a,b'",
      "''",
      "'SHA-1'",
      '$',
      '$.a',
      '$.b[0]',
      '$v',
      '$$',
    ),
    tie('call'),
  ),
})).call;

test('any call gives something or fails as the language does', () => {
  fc.assert(
    fc.property(call, document, (text, root) => {
      expect(known(failureOf(() => evaluateField(text, scopeOf(root), { field: 'f', world })))).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});

/** A second reader of definite paths: names and indexes, one after the other. */
function walk(input: Json, steps: readonly (string | number)[]): Json | undefined {
  let value: Json | undefined = input;
  for (const each of steps) {
    if (typeof each === 'number') value = isArray(value) ? (value[each] ?? null) : undefined;
    else value = isObject(value) ? Object.entries(value).find(([member]) => member === each)?.[1] : undefined;
    if (value === undefined) return undefined;
  }
  return value;
}

test('a definite path gives what is at its place, or fails', () => {
  const steps = fc.array(fc.oneof(name, fc.integer({ min: 0, max: 3 })), { maxLength: 4 });
  fc.assert(
    fc.property(input, steps, (root, places) => {
      const text = `$${places.map((each) => (typeof each === 'number' ? `[${each}]` : `['${each}']`)).join('')}`;
      const expected = walk(root, places);
      const error = failureOf(() => expect(selectPath(text, scopeOf(root))).toEqual(expected));
      if (expected === undefined) expect(error).toBeInstanceOf(StatesError);
      else expect(error).toBe(undefined);
    }),
    { numRuns: 4_000 },
  );
});

test('`..` and a name finds all members of that name', () => {
  const all = (value: Json, wanted: string): Json[] => {
    if (isArray(value)) return value.flatMap((item) => all(item, wanted));
    if (!isObject(value)) return [];
    const own = Object.entries(value).flatMap(([member, each]) => (member === wanted ? [each] : []));
    return [...own, ...Object.values(value).flatMap((each) => all(each, wanted))];
  };
  fc.assert(
    fc.property(input, name, (root, wanted) => {
      expect(selectPath(`$..['${wanted}']`, scopeOf(root))).toEqual(all(root, wanted));
    }),
    { numRuns: 2_000 },
  );
});

test('any expression gives JSON or fails as the language does, and leaves the data alone', async () => {
  const atom = fc.constantFrom(
    '$states.input',
    '$states.input.a',
    '$v.b[0]',
    '1',
    '"x"',
    'null',
    'a',
    '$x',
    '*',
    '**',
    '/a/',
    '[]',
  );
  const expression = fc.letrec<{ e: string }>((tie) => ({
    e: fc.oneof(
      { maxDepth: 3 },
      atom,
      fc
        .tuple(tie('e'), fc.constantFrom('+', '&', '=', 'in', 'and', '..', '.', '~>', '<'), tie('e'))
        .map((parts) => parts.join(' ')),
      tie('e').map((inner) => `(${inner})`),
      tie('e').map((inner) => `[${inner}, ${inner}]`),
      tie('e').map((inner) => `{"then": ${inner}, "b": ${inner}}`),
      tie('e').map((inner) => `function($x){ ${inner} }`),
      fc.tuple(tie('e'), tie('e')).map(([left, right]) => `${left}[${right}]`),
      fc
        .tuple(
          fc.constantFrom('$map', '$string', '$merge', '$spread', '$lookup', '$each', '$sort', '$x', '$match'),
          tie('e'),
          tie('e'),
        )
        .map(([each, left, right]) => `${each}(${left}, ${right})`),
      fc.tuple(tie('e'), tie('e')).map(([left, right]) => `${left} ~> |$|${right}|`),
    ),
  })).e;
  const members = Object.getOwnPropertyNames(Object.prototype);
  await fc.assert(
    fc.asyncProperty(expression, document, async (text, root) => {
      const before = JSON.stringify(root);
      const outcome = await evaluateExpression(`{% ${text} %}`, scopeOf(root), { field: 'f', world }).catch(
        (error) => error,
      );
      if (!(outcome instanceof StatesError)) expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome);
      expect(JSON.stringify(root)).toBe(before);
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(members);
    }),
    { numRuns: 1_500 },
  );
}, 60_000);
