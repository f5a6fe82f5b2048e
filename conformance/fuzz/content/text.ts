// Text for places that ask for nothing in particular, and text that is hard to take.
import { sample, stringMatching } from 'fast-check';
import type { Random } from '../prng.ts';

const WORDS = [
  'order',
  'Created',
  'fuzz',
  'a',
  'Z',
  '42',
  'eu-west-1',
  'true',
  'null',
  'x-y_z',
  'OrderService',
  'Über',
  '猫',
];

/** A few words, of a length between the bounds. */
export function plainText(random: Random, min = 1, max = 40): string {
  let text = random.pick(WORDS);
  while (text.length < min || (text.length < max && random.chance(0.3))) text += `-${random.pick(WORDS)}`;
  return text.slice(0, Math.max(max, min));
}

/** Ours: texts that are made for a pattern. Making one costs some hundred microseconds, choosing one nothing. */
const POOL_SIZE = 40;

const pools = new Map<string, readonly string[]>();

/** A text that a model's pattern takes; undefined when no such text can be made. */
export function matchingText(random: Random, pattern: string): string | undefined {
  let pool = pools.get(pattern);
  if (!pool) {
    pool = makePool(pattern);
    pools.set(pattern, pool);
  }
  return pool.length === 0 ? undefined : random.pick(pool);
}

function makePool(pattern: string): readonly string[] {
  // Look-around is not understood by the library; without it most texts still fit.
  const source = `^(?:${pattern.replace(/\(\?<?[!=][^()]*\)/g, '')})$`;
  for (const flags of ['u', '']) {
    try {
      return sample(stringMatching(new RegExp(source, flags)), { numRuns: POOL_SIZE, seed: 1 });
    } catch {
      // Not a pattern with these flags, or one that the library does not take.
    }
  }
  return [];
}

/** Lengths around the limits that services publish. */
const LENGTHS = [2, 31, 64, 65, 128, 129, 255, 256, 257, 512, 1024, 1025, 2048, 4096, 8192, 10_240];
/** Lengths that cost the fuzz itself a while. */
const LONG_LENGTHS = [51_201, 65_536, 262_144, 262_145, 1_048_577];

export const ODD_TEXTS: readonly string[] = [
  ...[
    '',
    ' ',
    '\t',
    '\0',
    '\r\nx: y',
    '\u200b',
    '\u202etxt',
    '\ufeff',
    '\ud800',
    '\udfff\ud800',
    '\ufffd',
    'é'.normalize('NFD'),
  ],
  ...[
    '👩‍👩‍👧',
    '💩'.repeat(30),
    'ﷺ',
    'İ',
    'ß',
    '%',
    '%00',
    '%zz',
    '%c0%af',
    '%25',
    '+',
    '&',
    '=',
    ';',
    ',',
    '|',
    '\\',
    '/',
    '//',
    '..',
  ],
  ...[
    '../..',
    '.',
    '*',
    '**',
    '?',
    '#',
    '$',
    '${',
    '${}',
    '${A',
    '${AWS::Region}',
    '$LATEST',
    '$default',
    '{{',
    '{{resolve:ssm:/fuzz/parameter}}',
  ],
  ...[
    '{{resolve:secretsmanager:fuzz-secret:SecretString:a::}}',
    '<x>',
    ']]>',
    '<!--',
    "'",
    '"',
    '`',
    'NaN',
    'Infinity',
    '-0',
    '1e400',
  ],
  ...[
    'null',
    'undefined',
    '[object Object]',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'prototype',
    '0',
    '-1',
    '1.5',
  ],
  ...[
    'arn:',
    'arn:aws:::::',
    'arn:aws:sqs:us-east-1:000000000000',
    'arn:aws:lambda:us-east-1:000000000000:function:',
    '000000000000',
  ],
];

/** Text on which a careless regular expression never ends: many ways to read it, and none that fits. */
const TANGLED = [
  'a ',
  ' ',
  '\t',
  'a',
  '-',
  'a-',
  '/a',
  '.a',
  ':',
  '0',
  '%20',
  'ab',
  '**',
  '*a',
  '${',
  '${!',
  '((',
  '[a',
  'a.',
  ' a\t',
  '=&',
  ';,',
];
const STOPPERS = ['\0', '!', '\n', ':', '$', '', '}', '%', 'ÿ'];

/** Text that is hard to take, whatever stood there before. */
export function oddText(random: Random): string {
  const choice = random.fraction();
  if (choice < 0.55) return random.pick(ODD_TEXTS);
  if (choice < 0.75) return random.pick(['x', 'a', '-', '0', 'é', '猫', '"', '/']).repeat(random.pick(LENGTHS));
  if (choice < 0.98) return random.pick(TANGLED).repeat(random.pick([20, 35, 120, 1000])) + random.pick(STOPPERS);
  return random.pick(['x', '猫']).repeat(random.pick(LONG_LENGTHS));
}
