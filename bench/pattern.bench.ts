// Events per second and core through the pattern matcher. Every round runs all kinds once, JSON.parse of the same lines among them,
// and ratios are taken inside a round, because machines are noisy. CPU time, not wall time.
//   npm run bench -- pattern            20,000 lines, 7 rounds        PATTERN_LINES=100000 PATTERN_ROUNDS=9 for the long run
import { createMatcher, type Matcher, parsePattern } from '@earwitness/protocol/pattern';
import { makeBanks, makeBusEvents, makeBusRules, makeCityLots, makeDistinctRules } from './city-lots.ts';
import { percentile, printTable, summary } from './measure.ts';

const LINES = Number(process.env['PATTERN_LINES'] ?? 20_000);
const ROUNDS = Number(process.env['PATTERN_ROUNDS'] ?? 7);
const encoder = new TextEncoder();
let sink = 0;

function cpuSeconds(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** The heap, and the tables of numbers beside it. */
function memoryBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function compile(rules: readonly object[]): Matcher<number> {
  const matcher = createMatcher<number>();
  for (const [index, rule] of rules.entries()) matcher.add(index, parsePattern(rule));
  return matcher;
}

/** Runs every kind once a round; answers for each its millions of events a second and its ratio to the first kind. */
function compare(kinds: Readonly<Record<string, () => void>>, events: number): Record<string, [number[], number[]]> {
  const results: Record<string, [number[], number[]]> = {};
  for (const run of Object.values(kinds)) run();
  for (let round = 0; round < ROUNDS; round++) {
    let yardstick = 0;
    for (const [name, run] of Object.entries(kinds)) {
      const seconds = cpuSeconds(run);
      yardstick ||= seconds;
      results[name] ??= [[], []];
      const [rates, ratios] = results[name];
      rates.push(events / seconds / 1e6);
      ratios.push(yardstick / seconds);
    }
  }
  return results;
}

const lines = makeCityLots(LINES);
const bytes = lines.map((line) => encoder.encode(line));
const size = bytes.reduce((sum, line) => sum + line.length, 0) / LINES;

// Aims: millions of events a second on a machine that parses 0.24 M of these lines; what counts is the ratio.
const aims: Readonly<Record<string, number>> = { EXACT: 0.8, NUMERIC: 0.6, ANYTHING_BUT: 0.6, COMPLEX_ARRAYS: 0.25 };
const rows: string[][] = [];
for (const validate of [true, false]) {
  const kinds: Record<string, () => void> = {
    'JSON.parse': () => {
      for (const line of lines) sink += Object.keys(JSON.parse(line)).length;
    },
  };
  for (const [bank, rules] of Object.entries(makeBanks(lines))) {
    const matcher = compile(rules);
    kinds[bank] = () => {
      for (const line of bytes) sink += matcher.matchJson(line, { validate }).length;
    };
  }
  for (const [name, [rates, ratios]] of Object.entries(compare(kinds, LINES))) {
    if (name === 'JSON.parse' && !validate) continue;
    const aim = validate ? aims[name] : name === 'EXACT' ? 2 : undefined;
    rows.push([
      name,
      name === 'JSON.parse' ? '' : validate ? 'validated' : 'known to be valid',
      summary(rates, 3),
      summary(ratios, 2),
      aim ? (aim / 0.24).toFixed(2) : '',
    ]);
  }
}
console.log(
  `Five rules of a kind over ${LINES} city lots (${size.toFixed(0)} bytes), M events/s per core, median (p10–p90)\n`,
);
printTable(['rules', 'input', 'M events/s', '× JSON.parse', 'aim ×'], rows);

const growth: string[][] = [];
const busBytes = makeBusEvents(LINES, 100_000).map((line) => encoder.encode(line));
for (const [shape, makeRules, events] of [
  ['one field, distinct values', makeDistinctRules, bytes],
  ['source + detail-type + tier', makeBusRules, busBytes],
] as const) {
  const sizes = [10, 100, 1_000, 10_000, 100_000];
  const kinds: Record<string, () => void> = {};
  for (const count of sizes) {
    const matcher = compile(makeRules(count));
    kinds[count] = () => {
      for (const event of events) sink += matcher.matchJson(event).length;
    };
  }
  const results = compare(kinds, LINES);
  growth.push([shape, ...sizes.map((count) => summary(results[count]?.[0] ?? [], 2))]);
}
console.log(
  '\nGrowth with the number of rules, validated, M events/s (aim: 100,000 rules ≥ 0.3 and within 2× of 10 rules)\n',
);
printTable(['shape', '10', '100', '1,000', '10,000', '100,000'], growth);

const builds: string[][] = [];
for (const [shape, makeRules] of [
  ['one field, distinct values', makeDistinctRules],
  ['source + detail-type + tier', makeBusRules],
] as const) {
  const texts = makeRules(100_000).map((rule) => JSON.stringify(rule));
  compile(makeRules(1_000));
  globalThis.gc?.();
  const before = memoryBytes();
  const matcher = createMatcher<number>();
  const seconds = cpuSeconds(() => {
    for (const [index, text] of texts.entries()) matcher.add(index, parsePattern(text));
  });
  globalThis.gc?.();
  const memoryMb = (memoryBytes() - before) / 2 ** 20;
  const pattern = parsePattern(texts[777] ?? '{}');
  const changes = 20_000;
  const changing = cpuSeconds(() => {
    for (let index = 0; index < changes; index++) {
      matcher.remove(index);
      matcher.add(index, pattern);
    }
  });
  builds.push([
    shape,
    seconds.toFixed(2),
    memoryMb.toFixed(0),
    ((changing / changes / 2) * 1e6).toFixed(1),
    String(matcher.size),
  ]);
}
console.log('\nCompiling 100,000 rules from text (aim: ≤ 0.5 s, ≤ 60 MB, ≤ 10 µs a change)\n');
printTable(['shape', 'seconds', 'memory MB', 'µs an add or remove', 'keys'], builds);
if (sink === percentile([], 0.5)) console.log(sink);
