// Event patterns and the events that they are held against, from one small vocabulary, so that they match now and then.
import type { Random } from '../prng.ts';
import { plainText } from './text.ts';
import { type Fields, Raw, type Value, writeJson } from './value.ts';

const WORDS = [
  'OrderService',
  'OrderCreated',
  'order',
  'fuzz',
  'a',
  'ab',
  'abc',
  'eu',
  'EU',
  '',
  'x*y',
  '10.0.0.7',
  '::1',
  '1e3',
  'Ünï',
];
const NUMBERS: readonly Value[] = [
  0,
  1,
  -1,
  2.5,
  100,
  1e9,
  -1e9,
  new Raw('1.50'),
  new Raw('3.0e2'),
  new Raw('-0'),
  new Raw('12345678901234567890'),
];
const NAMES = ['id', 'state', 'price', 'tags', 'address', 'ip', 'items', 'a.b', '$or', '0'];
const TOP_NAMES = ['source', 'detail-type', 'account', 'region', 'time', 'resources', 'id', 'version'];

const scalar = (random: Random): Value =>
  random.pick<Value>([random.pick(WORDS), random.pick(NUMBERS), true, false, null, random.pick(WORDS)]);

/** The text of an event pattern that the language takes. */
export function patternText(random: Random): string {
  return writeJson(eventPattern(random));
}

export function eventPattern(random: Random): Value {
  const entries: [string, Value][] = random.some(TOP_NAMES, 0.25).map((name) => [name, choices(random)]);
  if (entries.length === 0 || random.chance(0.5)) entries.push(['detail', branch(random, 0)]);
  if (random.chance(0.1)) entries.push(['$or', [{ source: choices(random) }, { 'detail-type': choices(random) }]]);
  return Object.fromEntries(entries);
}

function branch(random: Random, depth: number): Value {
  const names = random.some(NAMES.slice(0, 8), 0.3);
  const entries = (names.length > 0 ? names : ['id']).map((name): [string, Value] => [
    name,
    depth < 4 && random.chance(0.25) ? branch(random, depth + 1) : choices(random),
  ]);
  if (random.chance(0.15)) {
    const alternatives = Array.from({ length: random.whole(2, 4) }, () => ({
      [random.pick(NAMES.slice(0, 7))]: choices(random),
    }));
    entries.push(['$or', alternatives]);
  }
  return Object.fromEntries(entries);
}

function choices(random: Random): Value {
  return Array.from({ length: random.whole(1, 3) }, () => (random.chance(0.4) ? scalar(random) : operator(random)));
}

const COMPARISONS = ['=', '<', '<=', '>', '>='];

function operator(random: Random): Value {
  const word = random.pick(WORDS);
  return random.pick<() => Fields>([
    () => ({ prefix: word }),
    () => ({ suffix: word }),
    () => ({ prefix: { 'equals-ignore-case': word } }),
    () => ({ suffix: { 'equals-ignore-case': word } }),
    () => ({ 'equals-ignore-case': word }),
    () => ({ exists: random.chance(0.5) }),
    () => ({ numeric: [random.pick(COMPARISONS), random.pick(NUMBERS)] }),
    () => ({ numeric: ['>', random.whole(-5, 5), '<=', random.whole(6, 100)] }),
    () => ({
      'anything-but': random.pick<Value>([
        word,
        ['a', 'b'],
        5,
        [1, 2],
        { prefix: word },
        { suffix: [word, 'b'] },
        { wildcard: '*a*b' },
      ]),
    }),
    () => ({ 'anything-but': { 'equals-ignore-case': ['a', word] } }),
    () => ({ cidr: random.pick(['10.0.0.0/24', '0.0.0.0/0', '::/0', '2001:db8::/32', '10.0.0.7/32']) }),
    () => ({ wildcard: random.pick(['*', 'a*', '*b*c', `${'*a'.repeat(random.whole(1, 6))}*`, String.raw`a\*b`]) }),
  ])();
}

/** An event's detail. */
export function detail(random: Random, depth = 0): Value {
  const entries = random
    .some(NAMES, 0.4)
    .map((name): [string, Value] => [
      name,
      random.pick<() => Value>([
        () => scalar(random),
        () => scalar(random),
        () => plainText(random),
        () => (depth < 3 ? detail(random, depth + 1) : 1),
        () =>
          Array.from({ length: random.whole(0, 4) }, () =>
            depth < 3 && random.chance(0.4) ? detail(random, depth + 1) : scalar(random),
          ),
      ])(),
    ]);
  return Object.fromEntries(entries);
}

/** A whole event as TestEventPattern takes it. */
export function event(random: Random): Fields {
  return {
    version: '0',
    id: '7bf73129-1428-4cd3-a780-95db273d1602',
    'detail-type': random.pick(WORDS),
    source: random.pick(WORDS),
    account: '000000000000',
    time: '2026-11-11T21:29:54Z',
    region: 'us-east-1',
    resources: ['arn:aws:sqs:us-east-1:000000000000:fuzz-queue'],
    detail: detail(random),
  };
}
