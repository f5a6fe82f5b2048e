// The fast matcher against the linear one, over random rule sets and events, with rules added and removed in between.
// `npm test` compares 6,000 pairs of a rule set and an event, `npm run test:wide` 20,000; PATTERN_PAIRS=1000000 makes
// it a long run.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explain } from './explanation/explain.ts';
import { createMatcher } from './indexed/matcher.ts';
import { createLinearMatcher } from './linear.ts';
import type { Matcher } from './matcher.ts';
import { parsePattern } from './parse.ts';

const PAIRS = Number(process.env['PATTERN_PAIRS'] ?? 6000);
const EVENTS = 10;
const TEST_TIMEOUT_MS = Math.max(120_000, PAIRS * 3);

/** What rules and events are made of; few parts, so that they meet. All are JSON text. */
interface Parts {
  readonly name: fc.Arbitrary<string>;
  readonly scalar: fc.Arbitrary<string>;
  readonly operator: fc.Arbitrary<string>;
}

const list = (item: fc.Arbitrary<string>, maxLength = 3) =>
  fc.array(item, { minLength: 1, maxLength }).map((items) => `[${items.join()}]`);
const object = (member: fc.Arbitrary<string>, maxLength: number) =>
  fc.array(member, { minLength: 1, maxLength }).map((members) => `{${members.join()}}`);
const member = (name: fc.Arbitrary<string>, value: fc.Arbitrary<string>) =>
  fc.tuple(name, value).map(([left, right]) => `${left}:${right}`);

function makeRule({ name, scalar, operator }: Parts): fc.Arbitrary<string> {
  const field = list(fc.oneof({ weight: 2, arbitrary: scalar }, operator));
  const inner = object(member(name, field), 3);
  const branches = fc.array(inner, { minLength: 2, maxLength: 3 }).map((parts) => `{"$or":[${parts.join()}]}`);
  return fc.oneof(
    { weight: 4, arbitrary: object(member(name, fc.oneof(field, inner, object(member(name, inner), 2))), 2) },
    { weight: 1, arbitrary: branches },
    { weight: 1, arbitrary: member(name, branches).map((one) => `{${one}}`) },
  );
}

function makeEvent({ name, scalar }: Parts): fc.Arbitrary<string> {
  const { value } = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, scalar, tie('object'), tie('array')),
    object: object(member(name, tie('value')), 4),
    array: fc.oneof(
      { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join()}]`) },
      { weight: 2, arbitrary: list(tie('object'), 4) },
    ),
  }));
  const space = fc.constantFrom('', '', '', ' ', '\n\t');
  return fc
    .tuple(fc.array(member(name, value), { maxLength: 5 }), space, fc.boolean())
    .map(([members, blank, escaped]) => {
      const json = `{${blank}${members.join(`,${blank}`)}${blank}}`;
      return escaped ? json.replaceAll('"x"', '"\\u0078"').replaceAll('"é"', '"\\u00e9"') : json;
    });
}

/** Rules as a bus has them: fields side by side, most of one plain value that others ask for, too; some with `$or`. */
function makeBusRule({ name, scalar, operator }: Parts): fc.Arbitrary<string> {
  const field = fc.oneof(
    { weight: 4, arbitrary: scalar.map((value) => `[${value}]`) },
    { weight: 1, arbitrary: list(fc.oneof({ weight: 3, arbitrary: scalar }, operator), 2) },
  );
  const fields = (maxLength: number) =>
    fc
      .uniqueArray(fc.tuple(name, field), { minLength: 1, maxLength, selector: ([left]) => left })
      .map((members) => members.map((one) => one.join(':')).join());
  const branches = list(
    fields(2).map((members) => `{${members}}`),
    3,
  );
  return fc.oneof(
    { weight: 5, arbitrary: fields(3).map((members) => `{${members}}`) },
    { weight: 1, arbitrary: fc.tuple(fields(2), branches).map(([all, some]) => `{${all},"$or":${some}}`) },
  );
}

/** Three names and four values: most of it is about structure, arrays above all. */
const plain: Parts = {
  name: fc.constantFrom('"a"', '"b"', '"c"'),
  scalar: fc.constantFrom('"x"', '"y"', '1', 'null'),
  operator: fc.constantFrom(
    '{"exists":false}',
    '{"exists":true}',
    '{"anything-but":"x"}',
    '{"prefix":"x"}',
    '{"numeric":[">",0]}',
  ),
};

const quoted = fc
  .oneof(
    fc.constantFrom(...'x X y xy xyx é É ß SS 10.0.0.1 010.0.0.1 ::1 😀 ?? k 1 true'.split(' '), '', '\ud800'),
    fc.string({ maxLength: 4, unit: fc.constantFrom('x', 'y', 'X', '*', '\\', 'é', '"') }),
  )
  .map((value) => JSON.stringify(value));
const comparable = fc.constantFrom(...'0 1 1.0 2 2.5 -1 300 0.1 -122.42200352825247 9007199254740992'.split(' '));
const number = fc.oneof(
  comparable,
  fc.constantFrom(...'-0 10e-1 3e2 9007199254740993 1e400 0.30000000000000004 12345678901234567890'.split(' ')),
);
const wildcard = fc
  .constantFrom('*', 'x*', '*x', '*x*', 'x*y', '\\*', 'é*', '', 'x')
  .map((value) => JSON.stringify(value));
const notEmpty = quoted.filter((value) => value !== '""');

/** Values that look like one another, three of one hash (hash.ts) among them, and every way to wait for them. */
const alike: Parts = {
  name: plain.name,
  scalar: fc.constantFrom('"aevcn"', '"myynm"', '"rzsfh"', '1', '1.0', '"1"', 'null', '"null"'),
  operator: fc.oneof(
    fc.constantFrom('""', '"aevcn"', '"myynm"', '"rzsfh"').map((value) => `{"prefix":${value}}`),
    fc.constantFrom('{"exists":false}', '{"anything-but":["aevcn"]}'),
  ),
};

/** Few names, some of them odd, and every kind of value and operator. */
const odd: Parts = {
  name: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('"a"', '"b"') },
    fc.constantFrom('"a.b"', '"b.a"', '""', '"é"', '"__proto__"', '"a\\""', '"\\u0061"'),
  ),
  scalar: fc.oneof({ weight: 3, arbitrary: quoted }, number, fc.constantFrom('true', 'false', 'null')),
  operator: fc.oneof(
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
    list(notEmpty).map((values) => `{"anything-but":{"prefix":${values}}}`),
    notEmpty.map((value) => `{"anything-but":{"suffix":${value}}}`),
    list(quoted).map((values) => `{"anything-but":{"equals-ignore-case":${values}}}`),
    list(wildcard).map((values) => `{"anything-but":{"wildcard":${values}}}`),
  ),
};

type Step = { readonly add: string; readonly key: number } | { readonly remove: number };

/** Steps and events, where at most `rules` rules are added before each. */
function makeRounds(rule: fc.Arbitrary<string>, event: fc.Arbitrary<string>, rules: number) {
  const key = fc.nat(rules * 2);
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 3, arbitrary: fc.record({ add: rule, key }) },
    { weight: 1, arbitrary: fc.record({ remove: key }) },
  );
  const round = fc.tuple(fc.array(step, { minLength: 1, maxLength: rules, size: 'max' }), event);
  return fc.array(round, { minLength: EVENTS, maxLength: EVENTS });
}

describe('the two matchers agree on random rules and events while rules come and go', {
  timeout: TEST_TIMEOUT_MS,
}, () => {
  let compared = 0;
  let matched = 0;

  it.each([
    ['of plain values in much structure', plain, makeRule, 4],
    ['of every operator and odd values', odd, makeRule, 4],
    ['of values that many rules share', alike, makeBusRule, 20],
  ])('%s', (_, parts, make, rules) => {
    fc.assert(
      fc.property(makeRounds(make(parts), makeEvent(parts), rules), (rounds) => {
        const linear = createLinearMatcher<number>();
        const fast = createMatcher<number>();
        for (const [steps, json] of rounds) {
          for (const one of steps) apply(one, linear, fast);
          const expected = linear.matchJson(json).sort();
          expect(fast.matchJson(json).sort(), json).toEqual(expected);
          expect(fast.matchJson(new TextEncoder().encode(json)).sort(), json).toEqual(expected);
          if (!repeatsPaths(json)) expect(fast.matchJson(json, { validate: false }).sort(), json).toEqual(expected);
          expect(fast.size).toBe(linear.size);
          compared += linear.size;
          matched += expected.length;
        }
      }),
      { numRuns: Math.ceil(PAIRS / EVENTS / 3) },
    );
  });

  it('often enough with a match', () => {
    expect(matched / compared).toBeGreaterThan(0.05);
  });
});

describe('explain', { timeout: TEST_TIMEOUT_MS }, () => {
  it.each([
    ['plain values in much structure', plain],
    ['every operator and odd values', odd],
  ])('tells a match when the linear matcher finds one: %s', (_, parts) => {
    fc.assert(
      fc.property(makeRule(parts), makeEvent(parts), (rule, json) => {
        const pattern = tryParse(rule);
        if (pattern === undefined) return;
        const linear = createLinearMatcher<true>();
        linear.add(true, pattern);
        const { matched, fields } = explain(pattern, json);
        expect(matched).toBe(linear.matchJson(json).length === 1);
        expect(fields.length).toBeGreaterThan(0);
      }),
      { numRuns: Math.ceil(PAIRS / 10) },
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

/** What `validate: false` promises not to do: a name twice, or one with dots, which may be a path twice. */
function repeatsPaths(json: string): boolean {
  return /[.\\]/.test(json) || JSON.stringify(JSON.parse(json)).length !== json.replace(/\s/g, '').length;
}
