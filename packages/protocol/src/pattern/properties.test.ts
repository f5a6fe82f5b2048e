// The fast matcher against the linear one, over random rule sets and events, with rules added and removed in between.
// CI compares 20,000 pairs of a rule set and an event; PATTERN_PAIRS=1000000 makes it a long run.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMatcher } from './indexed/matcher.ts';
import { createLinearMatcher } from './linear.ts';
import type { Matcher } from './matcher.ts';
import { parsePattern } from './parse.ts';

const PAIRS = Number(process.env['PATTERN_PAIRS'] ?? 20_000);
const EVENTS = 10;
const TEST_TIMEOUT_MS = Math.max(60_000, PAIRS * 3);

// Few names and values, so that they meet; odd ones among them, so that they hurt.
const name = fc.constantFrom('a', 'b', 'c', 'd', 'aa', 'a.b', 'b.c', '', 'é', '__proto__', 'a\\"', '$or');
const patternName = name.filter((text) => text !== '$or');
const text = fc.oneof(
  fc.constantFrom(
    'x',
    'X',
    'y',
    'xy',
    'xyx',
    '',
    'é',
    'É',
    'ß',
    'SS',
    '10.0.0.1',
    '010.0.0.1',
    '::1',
    '😀',
    '\ud800',
    '??',
    'k',
    '1',
    'true',
  ),
  fc.string({ maxLength: 4, unit: fc.constantFrom('x', 'y', 'X', '*', '\\', 'é', '"') }),
);
const number = fc.constantFrom(
  '0',
  '-0',
  '1',
  '1.0',
  '10e-1',
  '2',
  '2.5',
  '-1',
  '300',
  '3e2',
  '9007199254740993',
  '9007199254740992',
  '1e400',
  '0.1',
  '-122.42200352825247',
  '0.30000000000000004',
  '12345678901234567890',
);
const comparable = fc.constantFrom(
  '0',
  '1',
  '1.0',
  '2',
  '2.5',
  '-1',
  '300',
  '0.1',
  '-122.42200352825247',
  '9007199254740992',
);
const quoted = text.map((value) => JSON.stringify(value));
const scalar = fc.oneof({ weight: 3, arbitrary: quoted }, number, fc.constantFrom('true', 'false', 'null'));

const list = (item: fc.Arbitrary<string>) =>
  fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => `[${items.join()}]`);
const wildcard = fc
  .constantFrom('*', 'x*', '*x', '*x*', 'x*y', '\\\\*', 'é*', '', 'x')
  .map((value) => JSON.stringify(value));
const nonEmpty = quoted.filter((value) => value !== '""');
const operator = fc.oneof(
  quoted.map((value) => `{"prefix":${value}}`),
  quoted.map((value) => `{"suffix":${value}}`),
  quoted.map((value) => `{"equals-ignore-case":${value}}`),
  quoted.map((value) => `{"prefix":{"equals-ignore-case":${value}}}`),
  quoted.map((value) => `{"suffix":{"equals-ignore-case":${value}}}`),
  wildcard.map((value) => `{"wildcard":${value}}`),
  fc.boolean().map((value) => `{"exists":${value}}`),
  fc.constantFrom('{"cidr":"10.0.0.0/8"}', '{"cidr":"::/0"}', '{"cidr":"0.0.0.0/0"}'),
  fc
    .tuple(fc.constantFrom('=', '<', '<=', '>', '>='), comparable)
    .map(([sign, value]) => `{"numeric":["${sign}",${value}]}`),
  fc.constantFrom('{"numeric":[">",0,"<=",2]}', '{"numeric":[">=",-1,"<",300]}'),
  list(quoted).map((values) => `{"anything-but":${values}}`),
  list(comparable).map((values) => `{"anything-but":${values}}`),
  list(nonEmpty).map((values) => `{"anything-but":{"prefix":${values}}}`),
  nonEmpty.map((value) => `{"anything-but":{"suffix":${value}}}`),
  list(quoted).map((values) => `{"anything-but":{"equals-ignore-case":${values}}}`),
  list(wildcard).map((values) => `{"anything-but":{"wildcard":${values}}}`),
);
const field = list(fc.oneof({ weight: 2, arbitrary: scalar }, operator));

const object = (member: fc.Arbitrary<string>) =>
  fc.array(member, { minLength: 1, maxLength: 3 }).map((members) => `{${members.join()}}`);
const member = (key: fc.Arbitrary<string>, value: fc.Arbitrary<string>) =>
  fc.tuple(key, value).map(([left, right]) => `${JSON.stringify(left)}:${right}`);

const { rules } = fc.letrec<{ rules: string; value: string }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, field, tie('rules')),
  rules: fc.oneof(
    { weight: 6, arbitrary: object(member(patternName, tie('value'))) },
    {
      weight: 1,
      arbitrary: fc
        .array(object(member(patternName, field)), { minLength: 2, maxLength: 3 })
        .map((branches) => `{"$or":[${branches.join()}]}`),
    },
  ),
}));

const space = fc.constantFrom('', '', '', ' ', '\n\t');
const { event } = fc.letrec<{ event: string; value: string; array: string }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, scalar, tie('event'), tie('array')),
  array: fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join()}]`),
  event: fc
    .tuple(fc.array(member(name, tie('value')), { maxLength: 5 }), space)
    .map(([members, blank]) => `{${blank}${members.join(`,${blank}`)}${blank}}`),
}));

/** Some strings with every character escaped. */
const escaped = fc
  .tuple(event, fc.boolean())
  .map(([json, yes]) => (yes ? json.replace(/"x"/g, '"\\u0078"').replace(/"é"/g, '"\\u00e9"') : json));

type Step = { readonly add: string; readonly key: number } | { readonly remove: number };
const key = fc.integer({ min: 0, max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ add: rules, key }) },
  { weight: 1, arbitrary: fc.record({ remove: key }) },
);

describe('the two matchers', () => {
  it('agree on random rules and events while rules come and go', { timeout: TEST_TIMEOUT_MS }, () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.array(step, { minLength: 1, maxLength: 4 }), escaped), {
          minLength: EVENTS,
          maxLength: EVENTS,
        }),
        (rounds) => {
          const linear = createLinearMatcher<number>();
          const fast = createMatcher<number>();
          for (const [steps, json] of rounds) {
            for (const one of steps) apply(one, linear, fast);
            const expected = linear.matchJson(json).sort();
            expect(fast.matchJson(json).sort(), json).toEqual(expected);
            expect(fast.matchJson(new TextEncoder().encode(json)).sort(), json).toEqual(expected);
            if (!repeatsPaths(json)) expect(fast.matchJson(json, { validate: false }).sort(), json).toEqual(expected);
            expect(fast.size).toBe(linear.size);
          }
        },
      ),
      { numRuns: Math.ceil(PAIRS / EVENTS) },
    );
  });
});

function apply(step: Step, ...matchers: Matcher<number>[]): void {
  if ('remove' in step) {
    const removed = matchers.map((matcher) => matcher.remove(step.remove));
    expect(new Set(removed).size).toBe(1);
    return;
  }
  const pattern = tryParse(step.add);
  if (pattern) for (const matcher of matchers) matcher.add(step.key, pattern);
}

/** Some combinations are too complex; they are another test's. */
function tryParse(json: string): ReturnType<typeof parsePattern> | undefined {
  try {
    return parsePattern(json);
  } catch {
    return undefined;
  }
}

/** What `validate: false` promises not to do: a name twice, or one with dots that may be a path twice. */
function repeatsPaths(json: string): boolean {
  return json.includes('.') || JSON.stringify(JSON.parse(json)).length !== json.replace(/[\s]/g, '').length;
}
