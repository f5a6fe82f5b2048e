// Random expressions asked of random items, here and of dynalite (tests against AWS of 2013 to 2019): the same answer, or one of
// the differences listed below, each with what AWS does. DYNAMODB_EXPRESSIONS=100000 asks more. dynalite's own functions are
// called, not its port: what is compared is the language.
import { createRequire } from 'node:module';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { AttributeValue } from '@earwitness/protocol/internal/aws/models/dynamodb.types';
import { encodeBase64 } from '@earwitness/protocol/internal/aws/scalar';
import { holds, parseCondition } from '@earwitness/protocol/internal/dynamodb/expression/condition';
import { Placeholders } from '@earwitness/protocol/internal/dynamodb/expression/placeholders';
import { parseProjection, project } from '@earwitness/protocol/internal/dynamodb/expression/projection';
import { applyUpdate, parseUpdate } from '@earwitness/protocol/internal/dynamodb/expression/update';
import { checkItem } from '@earwitness/protocol/internal/dynamodb/value/check';
import type { Item } from '@earwitness/protocol/internal/dynamodb/value/value';
import fc from 'fast-check';
import { expect, test } from 'vitest';

type Kind = 'ConditionExpression' | 'UpdateExpression' | 'ProjectionExpression';

/** One question: an expression, and the item that it is asked of. */
interface Question {
  readonly kind: Kind;
  readonly text: string;
  readonly item: Item;
}

/** A refusal, a truth or an item, as text that two sides may be compared by. */
type Answer = string;

const RUNS = Number(process.env['DYNAMODB_EXPRESSIONS'] ?? 5000);

const bytes = (...all: number[]) => Uint8Array.from(all);
const key: Item = { pk: { S: 'p' } };
const names = { '#a': 'a', '#m': 'm', '#dot': 'x.y' };
const values: Readonly<Record<string, AttributeValue>> = {
  ':s': { S: 'a' },
  ':t': { S: 'ab' },
  ':e': { S: '' },
  ':n': { N: '1' },
  ':k': { N: '2.5' },
  ':z': { N: '-10' },
  ':b': { B: bytes(1, 2) },
  ':f': { B: bytes(255) },
  ':y': { BOOL: true },
  ':o': { NULL: true },
  ':ss': { SS: ['a', 'b'] },
  ':ns': { NS: ['1', '2.5'] },
  ':bs': { BS: [bytes(1), bytes(1, 2)] },
  ':l': { L: [{ S: 'a' }, { N: '1' }] },
  ':m': { M: { x: { S: 'a' } } },
  ':ty': { S: 'SS' },
};

// ---- Random questions

const scalar = fc.constantFrom<AttributeValue>(
  ...[
    values[':s'],
    values[':t'],
    values[':e'],
    values[':n'],
    values[':k'],
    values[':z'],
    values[':b'],
    values[':f'],
  ].flatMap((value) => (value ? [value] : [])),
  { BOOL: true },
  { BOOL: false },
  { NULL: true },
  { SS: ['a'] },
  { SS: ['a', 'b', 'c'] },
  { NS: ['1'] },
  { NS: ['-10', '2.5'] },
  { BS: [bytes(1), bytes(255)] },
);
const nested = fc.oneof(
  { weight: 3, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }).map((L) => ({ L })) },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('x', 'y'), scalar).map((M) => ({ M: { ...M } })) },
);
const anyValue = fc.oneof(
  { weight: 3, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(nested, { maxLength: 4 }).map((L) => ({ L })) },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('x', 'y', 'z'), nested).map((M) => ({ M: { ...M } })) },
);
const anyList = fc.array(nested, { maxLength: 4 }).map((L): AttributeValue => ({ L }));
const anyMap = fc.dictionary(fc.constantFrom('x', 'y', 'z'), nested).map((M): AttributeValue => ({ M: { ...M } }));
// Mostly `l` is a list and `m` a map, and `n`, `s` and `t` are what ADD takes, so that paths lead somewhere.
const anyItem = fc
  .record(
    {
      a: anyValue,
      b: anyValue,
      l: fc.oneof({ weight: 4, arbitrary: anyList }, { weight: 1, arbitrary: anyValue }),
      m: fc.oneof({ weight: 4, arbitrary: anyMap }, { weight: 1, arbitrary: anyValue }),
      'x.y': anyValue,
      n: fc.constantFrom('0', '1', '-10', '2.5', '99').map((N) => ({ N })),
      s: fc.constantFrom(['a'], ['b', 'c'], ['a', 'b']).map((SS) => ({ SS })),
      t: fc.constantFrom(['1'], ['-10', '7']).map((NS) => ({ NS })),
    },
    { requiredKeys: [] },
  )
  .map((attributes) => checkItem({ ...key, ...attributes }));

const step = fc.oneof(
  fc.constantFrom('.x', '.y', '.z', '.#a'),
  fc.nat({ max: 4 }).map((index) => `[${index}]`),
);
const path = fc.oneof(
  fc
    .tuple(fc.constantFrom('a', 'b', 'l', 'm', '#a', '#m', '#dot'), fc.array(step, { maxLength: 2 }))
    .map(([head, steps]) => head + steps.join('')),
  fc.constantFrom('a', 'b', 'fresh', 'l[0]', 'l[1]', 'l[9]', 'm.x', 'm.y', 'm.fresh', '#dot', 'n', 's', 't'),
);
const value = fc.constantFrom(...Object.keys(values));
const operand = fc.oneof(
  { weight: 4, arbitrary: path },
  { weight: 4, arbitrary: value },
  { weight: 1, arbitrary: path.map((of) => `size(${of})`) },
  { weight: 1, arbitrary: path.map((of) => `(${of})`) },
);
const comparator = fc.constantFrom('=', '<>', '<', '<=', '>', '>=');
const testOf = fc.oneof(
  fc.tuple(operand, comparator, operand).map((parts) => parts.join(' ')),
  fc.tuple(operand, operand, operand).map(([of, low, high]) => `${of} BETWEEN ${low} AND ${high}`),
  fc
    .tuple(operand, fc.array(operand, { minLength: 1, maxLength: 3 }))
    .map(([of, all]) => `${of} IN (${all.join(', ')})`),
  fc.tuple(fc.constantFrom('attribute_exists', 'attribute_not_exists'), path).map(([name, of]) => `${name}(${of})`),
  path.map((of) => `attribute_type(${of}, :ty)`),
  fc
    .tuple(fc.constantFrom('begins_with', 'contains'), operand, operand)
    .map(([name, of, part]) => `${name}(${of}, ${part})`),
);
const condition = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'condition' },
    { weight: 4, arbitrary: testOf },
    { weight: 1, arbitrary: fc.tuple(tie('node'), tie('node')).map((parts) => parts.join(' AND ')) },
    { weight: 1, arbitrary: fc.tuple(tie('node'), tie('node')).map((parts) => parts.join(' OR ')) },
    { weight: 1, arbitrary: tie('node').map((of) => `NOT ${of}`) },
    { weight: 1, arbitrary: tie('node').map((of) => `(${of})`) },
  ),
})).node;

// What SET, ADD and DELETE take, and now and then anything.
const number = fc.constantFrom('n', ':n', ':k', ':z', 'if_not_exists(n, :k)', 'if_not_exists(fresh, :n)');
const list = fc.constantFrom('l', ':l', 'if_not_exists(l, :l)');
const setValue = fc.oneof(
  { weight: 2, arbitrary: path },
  { weight: 4, arbitrary: value },
  { weight: 2, arbitrary: fc.tuple(path, value).map(([of, other]) => `if_not_exists(${of}, ${other})`) },
  { weight: 2, arbitrary: fc.tuple(list, list).map((parts) => `list_append(${parts.join(', ')})`) },
  { weight: 2, arbitrary: fc.tuple(number, fc.constantFrom('+', '-'), number).map((parts) => parts.join(' ')) },
  { weight: 1, arbitrary: fc.tuple(path, fc.constantFrom('+', '-'), value).map((parts) => parts.join(' ')) },
);
const some = (one: fc.Arbitrary<string>) => fc.array(one, { minLength: 1, maxLength: 2 }).map((all) => all.join(', '));
const added = fc.constantFrom('n :n', 'n :k', 'fresh :ss', 's :ss', 't :ns', 'fresh :bs', 'm.fresh :n', 'l[0] :n');
const taken = fc.constantFrom('s :ss', 't :ns', 'fresh :bs', 'a :ss', 'm.x :ss');
const odd = fc.tuple(path, value).map((parts) => parts.join(' '));
const section: Readonly<Record<string, fc.Arbitrary<string>>> = {
  SET: fc.tuple(path, setValue).map(([to, from]) => `${to} = ${from}`),
  REMOVE: path,
  ADD: fc.oneof({ weight: 4, arbitrary: added }, { weight: 1, arbitrary: odd }),
  DELETE: fc.oneof({ weight: 4, arbitrary: taken }, { weight: 1, arbitrary: odd }),
};
const update = fc
  .shuffledSubarray(['SET', 'SET', 'REMOVE', 'ADD', 'DELETE'], { minLength: 1, maxLength: 2 })
  .chain((kinds) =>
    fc.tuple(...kinds.map((kind) => some(section[kind] ?? path).map((actions) => `${kind} ${actions}`))),
  )
  .map((sections) => sections.join(' '));
const projection = fc.array(path, { minLength: 1, maxLength: 4 }).map((paths) => paths.join(', '));

/** One expression in ten has a word too many, or one too few. */
const broken = (text: fc.Arbitrary<string>) =>
  fc
    .tuple(
      text,
      fc.nat(),
      fc.nat({ max: 19 }),
      fc.constantFrom('(', ')', 'AND', ',', '=', ':no', '#no', 'status', 'foo(', '!'),
    )
    .map(([whole, at, chance, word]) => {
      if (chance > 1) return whole;
      const words = whole.split(' ');
      words.splice(at % words.length, chance, ...(chance === 0 ? [word] : []));
      return words.join(' ');
    });

const question: fc.Arbitrary<Question> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant<Kind>('ConditionExpression'), text: broken(condition), item: anyItem }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant<Kind>('UpdateExpression'), text: broken(update), item: anyItem }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant<Kind>('ProjectionExpression'), text: broken(projection), item: anyItem }),
  },
);

// ---- Our answer

/** Only the placeholders that a text has: unused ones would be refused first. */
function mapsOf(text: string) {
  const used = <T>(all: Readonly<Record<string, T>>) => {
    const entries = Object.entries(all).filter(([name]) => new RegExp(`${name}(?![A-Za-z0-9_])`).test(text));
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  };
  return { names: used(names), values: used(values) };
}

function askUs({ kind, text, item }: Question): Answer {
  try {
    const placeholders = new Placeholders(mapsOf(text));
    switch (kind) {
      case 'ConditionExpression':
        return String(holds(parseCondition(text, { place: kind, placeholders }), item));
      case 'UpdateExpression':
        return show(toWire(applyUpdate(parseUpdate(text, { placeholders }), item, key).item));
      case 'ProjectionExpression':
        return show(toWire(project(parseProjection(text, { placeholders }), item)));
    }
  } catch (error) {
    if (error instanceof ServiceError) return error.message;
    throw error;
  }
}

// ---- dynalite's answer: values on its wire have base64 for bytes

const require = createRequire(import.meta.url);
const dynalite: {
  validateExpressions(request: object): string | undefined;
  matchesExprFilter(item: unknown, expression: unknown): boolean;
  mapPaths(paths: unknown, item: unknown): unknown;
  updateItem(store: object, request: object, done: (error: Error | null, answer?: unknown) => void): void;
} = {
  validateExpressions: require('dynalite/validations').validateExpressions,
  matchesExprFilter: require('dynalite/db').matchesExprFilter,
  mapPaths: require('dynalite/db').mapPaths,
  updateItem: require('dynalite/actions/updateItem'),
};

interface Validated {
  readonly _condition?: { readonly expression: unknown };
  readonly _projection?: { readonly paths: unknown };
}

/** What is no answer but a crash: its process would end, or the request fail with 500. */
const CRASH = 'dynalite breaks';

function askDynalite(asked: Question): Answer {
  try {
    return answerOfDynalite(asked);
  } catch {
    return CRASH;
  }
}

function answerOfDynalite({ kind, text, item }: Question): Answer {
  const maps = mapsOf(text);
  const request: Validated & Record<string, unknown> = {
    TableName: 'table',
    Key: toWire(key),
    ReturnValues: 'ALL_NEW',
    [kind]: text,
    ...(maps.names && { ExpressionAttributeNames: maps.names }),
    ...(maps.values && { ExpressionAttributeValues: toWire(maps.values) }),
  };
  const refused = dynalite.validateExpressions(request);
  if (refused !== undefined) return refused;
  const wire = toWire(item);
  switch (kind) {
    case 'ConditionExpression':
      return String(dynalite.matchesExprFilter(wire, request._condition?.expression) === true);
    case 'ProjectionExpression':
      return show(dynalite.mapPaths(request._projection?.paths, wire));
    case 'UpdateExpression':
      return updateByDynalite(wire, request);
  }
}

/** Its action over one item in memory: everything in it happens at once. */
function updateByDynalite(item: unknown, request: object): Answer {
  let answer = 'no answer';
  const table = {
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  };
  const rows = {
    lock: (_: string, run: (release: <T>(done: T) => T) => void) => run((done) => done),
    get: (_: string, done: (error: null, found: unknown) => void) => done(null, item),
    put: (_: string, made: unknown, done: () => void) => {
      answer = show(made);
      done();
    },
  };
  const store = {
    getTable: (_: string, done: (error: null, found: unknown) => void) => done(null, table),
    getItemDb: () => rows,
    options: { maxItemSize: 409_600 },
  };
  dynalite.updateItem(store, request, (error) => {
    if (error) answer = messageOf(error);
  });
  return answer;
}

function messageOf(error: Error): string {
  const { body } = { body: undefined, ...error };
  return JSON.stringify(body ?? error.message).replace(/^.*"message":"(.*)"\}$/, '$1');
}

function toWire(item: unknown): unknown {
  if (item instanceof Uint8Array) return encodeBase64(item);
  if (Array.isArray(item)) return item.map(toWire);
  if (typeof item !== 'object' || item === null) return item;
  return Object.fromEntries(Object.entries(item).map(([name, member]) => [name, toWire(member)]));
}

/** Members in the order of their names: maps have none. */
function show(wire: unknown): string {
  return JSON.stringify(wire, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

/** How AWS differs from dynalite: what it does instead, with the source, and how the difference is told from others. */
const DIFFERENCES: readonly {
  readonly aws: string;
  readonly isRare?: boolean;
  is(ours: Answer, theirs: Answer, asked: Question): boolean;
}[] = [
  {
    aws: 'a syntax error names the token and what is near it (paritysuite/dynamodb-conformance, error-messages)',
    is: (ours, theirs) => ours.includes('Syntax error; token: ') && theirs.includes('Syntax error; Expected '),
  },
  {
    aws: 'a condition on an operand that the item lacks is false, and no failure (developer guide, comparison operators)',
    is: (_, theirs) => theirs === CRASH,
  },
  {
    aws: 'NOT may stand before NOT (developer guide, "Syntax for filter and condition expressions")',
    is: (_, theirs, { text }) => /NOT NOT/.test(text) && theirs.includes('but "N" found'),
  },
  {
    aws: 'BOOL, NULL, sets, lists and maps have no order, and are refused (paritysuite/dynamodb-conformance, queryKeyConditionOperands)',
    is: (ours) => /operator or function: (<|<=|>|>=|BETWEEN), operand type: /.test(ours),
  },
  {
    aws: 'IN and BETWEEN refuse their first operand among the others, too ("the remaining operands" in the sentence itself)',
    is: (ours) => /operator: (IN|BETWEEN), first operand/.test(ours),
  },
  {
    aws: "of several conflicts any pair may be named; the first here, the last there (no source tells AWS's)",
    is: (ours, theirs) => [ours, theirs].every((answer) => answer.includes('paths conflict with each other')),
  },
  {
    aws: 'of what is missing, or has no order, every comparison but <> is false (paritysuite/dynamodb-conformance)',
    is: (ours, theirs, { text }) => isTruth(ours) && isTruth(theirs) && COMPARES_TWO.test(text),
  },
  {
    aws: 'the empty string is a value as any other (paritysuite/dynamodb-conformance, limits/emptyValues)',
    isRare: true,
    is: (ours, theirs, { text, item }) =>
      isTruth(ours) &&
      isTruth(theirs) &&
      / IN |BETWEEN/.test(text) &&
      (text.includes(':e') || show(toWire(item)).includes('{"S":""}')),
  },
  {
    aws: 'sets are read back in order (paritysuite/dynamodb-conformance)',
    isRare: true,
    is: (ours, theirs, { kind }) =>
      kind === 'UpdateExpression' && [...ours].sort().join() === [...theirs].sort().join(),
  },
  {
    aws: 'operands read the old item, also where one update changes what it copied (ScyllaDB, test/alternator)',
    isRare: true,
    is: (ours, theirs, { text }) =>
      isItem(ours) && isItem(theirs) && /SET /.test(text) && / (REMOVE|ADD|DELETE|SET) |,/.test(text),
  },
  {
    aws: 'indexes mean the old list: removals do not shift one another (paritysuite/dynamodb-conformance; ScyllaDB)',
    isRare: true,
    is: (ours, theirs, { text }) => isItem(ours) && isItem(theirs) && /REMOVE [^ ]+\[\d\], [^ ]+\[\d\]/.test(text),
  },
  {
    aws: 'contains finds an element of any type, begins_with takes strings and binaries only (developer guide, functions)',
    isRare: true,
    is: (ours, theirs, { text }) => isTruth(ours) && isTruth(theirs) && /(contains|begins_with)\(/.test(text),
  },
  {
    aws: "of two faults of an update any may be told (no source tells AWS's)",
    isRare: true,
    is: (ours, theirs) => FAULTS.includes(ours) && FAULTS.includes(theirs),
  },
];

const FAULTS: readonly Answer[] = [
  'An operand in the update expression has an incorrect data type',
  'The document path provided in the update expression is invalid for update',
];

function isItem(answer: Answer): boolean {
  return answer.startsWith('{');
}

function isTruth(answer: Answer): boolean {
  return answer === 'true' || answer === 'false';
}

/** A comparison of two operands that both depend on the item. */
const COMPARES_TWO = /[\w\])] (?:=|<>|<=|>=|<|>) \(?[#a-z]/;

test('expressions mean and refuse what they do at dynalite, but where AWS differs', () => {
  const found = new Map(DIFFERENCES.filter(({ isRare }) => !isRare).map(({ aws }) => [aws, 0]));
  const strange: string[] = [];
  let updated = 0;
  fc.assert(
    fc.property(question, (asked) => {
      const [ours, theirs] = [askUs(asked), askDynalite(asked)];
      if (asked.kind === 'UpdateExpression' && isItem(ours)) updated += 1;
      if (ours === theirs) return;
      const known = DIFFERENCES.find((one) => one.is(ours, theirs, asked));
      if (known) found.set(known.aws, (found.get(known.aws) ?? 0) + 1);
      else strange.push([asked.kind, asked.text, show(toWire(asked.item)), ours, theirs].join('\n  '));
    }),
    { numRuns: RUNS, seed: 19 },
  );
  expect(strange).toEqual([]);
  // Enough updates are no refusals, but make an item: about one in three.
  expect(updated).toBeGreaterThan(RUNS * 0.05);
  // Each of the differences is one that still shows: a list of what was once so would be read as knowledge.
  expect([...found].filter(([, count]) => count === 0)).toEqual([]);
});
