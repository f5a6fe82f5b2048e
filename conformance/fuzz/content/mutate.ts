// One mutation of a value that was valid: the rest stays as it was, so that the parser lets it in and the code behind meets it.
import type { Random } from '../prng.ts';
import { oddText } from './text.ts';
import { changeAt, type Fields, isFields, isList, Raw, readJson, type Value, walk, writeJson } from './value.ts';

const ODD_NUMBERS: readonly Value[] = [
  ...[0, -0, 1, -1, 0.5, 2, 10, 11, 100, 255, 256, 900, 901, 1000, 1001, 10_000, 86_400, 86_401, 1_209_601, 262_144],
  ...[
    2 ** 31 - 1,
    2 ** 31,
    -(2 ** 31) - 1,
    2 ** 32,
    2 ** 53,
    2 ** 53 + 2,
    1e21,
    1.7e308,
    5e-324,
    8.64e12,
    8.64e15,
    8.65e15,
  ],
  ...['NaN', 'Infinity', '1e400', '-1e400', '0x10', '01', '1.', '.5', '99999999999999999999999999'].map(
    (text) => new Raw(text),
  ),
];

const ODD_VALUES: readonly Value[] = [
  null,
  true,
  false,
  0,
  1.5,
  -1,
  '',
  'text',
  '0',
  [],
  {},
  [[]],
  [null],
  { a: 1 },
  [{}],
  ['a', 'a'],
];

const ODD_NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  ' ',
  '\0',
  'Unknown',
  'length',
  '0',
  'then',
  'toJSON',
];

/** The value with one thing about it changed. */
export function mutate(random: Random, value: Value): Value {
  const places = [...walk(value)].filter(({ path }) => path.length > 0);
  if (places.length === 0) return mutateHere(random, value) ?? null;
  const { path } = random.pick(places);
  return changeAt(value, path, (inner) => mutateHere(random, inner)) ?? value;
}

function mutateHere(random: Random, value: Value): Value | undefined {
  const choice = random.fraction();
  if (choice < 0.1) return undefined;
  if (choice < 0.25) return random.pick(ODD_VALUES);
  if (choice < 0.28) return nested(random);
  if (typeof value === 'string') return mutateText(random, value);
  if (typeof value === 'number') return random.pick(ODD_NUMBERS);
  if (isList(value)) return mutateList(random, value);
  if (isFields(value)) return mutateFields(random, value);
  return random.pick(ODD_VALUES);
}

/** Ours: as deep as a body of ordinary size can be. */
const DEPTHS = [20, 101, 1000, 5000, 20_000];

function nested(random: Random): Value {
  const depth = random.pick(DEPTHS);
  const [open, inner, close] = random.pick([
    ['[', '', ']'],
    ['{"a":', '1', '}'],
    ['[{"a":', '1', '}]'],
  ] as const);
  return new Raw(open.repeat(depth) + inner + close.repeat(depth));
}

function mutateList(random: Random, list: readonly Value[]): Value {
  const first = list[0] ?? 'x';
  return random.pick<() => Value>([
    () => [],
    () => [...list, ...list],
    () => Array.from({ length: random.pick([11, 51, 101, 1001]) }, () => first),
    () => [...list, null],
    () => [...list].reverse(),
    () => first,
    () => [list],
  ])();
}

function mutateFields(random: Random, fields: Fields): Value {
  const names = Object.keys(fields);
  const name = names.length > 0 ? random.pick(names) : 'a';
  const inner = fields[name] ?? null;
  const entries = Object.entries(fields);
  return random.pick<() => Value>([
    () => ({}),
    // The same name twice: which one counts?
    () =>
      new Raw(
        writeJson(fields).replace(
          /\}$/,
          `${entries.length > 0 ? ',' : ''}${JSON.stringify(name)}:${writeJson(random.pick(ODD_VALUES))}}`,
        ),
      ),
    () => Object.fromEntries([...entries, [random.pick(ODD_NAMES), random.pick(ODD_VALUES)]]),
    () => Object.fromEntries([...entries, [name.toUpperCase(), inner]]),
    () => Object.fromEntries(entries.map(([key, kept]) => [key === name ? swapCase(key) : key, kept])),
    () =>
      Object.fromEntries([
        ...entries,
        ...Array.from({ length: random.pick([51, 300, 3000]) }, (_, index): [string, Value] => [`k${index}`, inner]),
      ]),
    () => entries.map(([, kept]) => kept),
  ])();
}

function mutateText(random: Random, text: string): Value {
  const choice = random.fraction();
  // Text that is JSON itself (a pattern, a policy, a detail) is mutated within, most of the time.
  const parsed = /^\s*[[{]/.test(text) ? readJson(text) : undefined;
  if (parsed !== undefined && choice < 0.8)
    return choice < 0.7 ? writeJson(mutate(random, parsed)) : mutateCharacters(random, text);
  if (text.startsWith('arn:') && choice < 0.6) return mutateArn(random, text);
  if (choice < 0.55) return oddText(random);
  if (choice < 0.95) return mutateCharacters(random, text);
  return new Raw(JSON.stringify(text).replace(/^"/, '"\\u0000\\ud800'));
}

function mutateCharacters(random: Random, text: string): string {
  const at = random.whole(0, text.length);
  const odd = random.pick([
    '\0',
    '\ud800',
    '\n',
    ' ',
    '"',
    '\\',
    '}',
    ']',
    '{',
    ',',
    '%',
    '/',
    ':',
    '.',
    '*',
    '${',
    '\u2028',
    '💩',
    'é',
    '-',
    '<',
  ]);
  return random.pick<() => string>([
    () => text.slice(0, at) + odd + text.slice(at),
    () => text.slice(0, at) + text.slice(at + 1),
    () => text.slice(0, at),
    () => text + text,
    () => swapCase(text),
    () => `${text} `,
    () => ` ${text}`,
    () => text + odd,
    () => text.slice(0, at) + text.slice(at).repeat(random.pick([2, 50])),
  ])();
}

const ARN_PARTS: readonly (readonly string[])[] = [
  ['arn', 'ARN', ''],
  ['aws', 'aws-cn', 'aws-us-gov', ''],
  [
    'events',
    'sqs',
    'lambda',
    'logs',
    'states',
    'sns',
    's3',
    'kinesis',
    'execute-api',
    'secretsmanager',
    'iam',
    'firehose',
    '',
  ],
  ['us-east-1', 'eu-west-1', 'mars-north-1', '', '*'],
  ['000000000000', '111122223333', '12345', '', '*', '０００００００００００００'],
];

function mutateArn(random: Random, arn: string): string {
  const parts = arn.split(':');
  const at = random.whole(0, parts.length);
  const choices = ARN_PARTS[at];
  if (at === parts.length) return `${arn}:${oddText(random)}`;
  parts[at] = choices ? random.pick(choices) : mutateCharacters(random, parts[at] ?? '');
  return parts.join(':');
}

function swapCase(text: string): string {
  return text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase();
}
