// The limit on wildcards. The cloud asks of each field: how many wildcards, or prefixes of wildcards, can a value be in
// the middle of at once? More than ten and the pattern is refused. (event-ruler's MachineComplexityEvaluator; the limit
// of ten is from recorded answers.) The answer depends on how its byte machine shares states, so the same machine is
// built here.
//
//   "*ab" as a machine:   start --"--> A --any--> B(any: B) --a--> C --b--> D --"--> match
//                                      A ---------------------a--> C           (the star may be empty)
//
// The search stops at the eleventh, and no set of states is visited twice, so a hostile pattern costs little.
import type { NegatedTerm, Rule, Term } from '../pattern.ts';
import { InvalidEventPatternError } from './refusal.ts';
import type { Wildcard } from './wildcard.ts';

const MAX_COMPLEXITY = 10;
/** Sets of states that are looked at before a field counts as too complex (ours; real patterns need a few thousand). */
const MAX_SETS = 50_000;
const QUOTE = 0x22;
const ANY = 256;

/**
 * Refuses rules whose wildcards are too many or too repetitive.
 * @throws InvalidEventPatternError with the cloud's sentence, which names no place.
 */
export function checkComplexity(rules: readonly Rule[]): void {
  if (!rules.some((rule) => rule.some(({ terms }) => terms.some((term) => wildcardsOf(term).length > 0)))) return;
  const seen = new Set<Step>();
  const pending = [buildSteps(rules)];
  for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
    if (seen.has(step)) continue;
    seen.add(step);
    for (const { terms, next } of step.values()) {
      if (isTooComplex(terms)) {
        throw new InvalidEventPatternError(
          'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
        );
      }
      // What is reached by exists:false alone is not looked at, as recorded on AWS.
      for (const [identity, following] of next) {
        if (terms.some((known) => known.identity === identity && !isAbsence(known.term))) pending.push(following);
      }
    }
  }
}

/**
 * Where a rule stands after some of its fields: for each next path, the terms of all rules that come by, and where they
 * lead.
 */
type Step = Map<string, { readonly terms: KnownTerm[]; readonly next: Map<string, Step> }>;

interface KnownTerm {
  readonly identity: string;
  readonly term: Term;
}

/**
 * Equal terms on the way lead to the same step, so branches of `$or` meet again when their earlier fields are equal.
 */
function buildSteps(rules: readonly Rule[]): Step {
  const start: Step = new Map();
  for (const rule of rules) {
    let steps = new Set([start]);
    for (const { path, terms } of rule) {
      const following = new Set<Step>();
      for (const step of steps) {
        const field = step.get(path) ?? { terms: [], next: new Map<string, Step>() };
        step.set(path, field);
        let last: Step | undefined;
        for (const term of terms) {
          const identity = identify(term);
          last = field.next.get(identity) ?? last ?? new Map();
          field.terms.push({ identity, term });
          field.next.set(identity, last);
          following.add(last);
        }
      }
      steps = following;
    }
  }
  return start;
}

function isAbsence(term: Term): boolean {
  return term.kind === 'exists' && !term.present;
}

/** Terms that mean the same have the same identity. */
function identify(term: Term): string {
  switch (term.kind) {
    case 'not':
      return `not ${term.terms.map(identify).sort().join()}`;
    case 'not-strings':
      return `not ${JSON.stringify([...term.texts].sort())}`;
    case 'not-numbers':
      return `not ${JSON.stringify([...term.values].sort())}`;
    case 'address':
      return JSON.stringify(term.range);
    default:
      return JSON.stringify(term);
  }
}

function wildcardsOf(term: Term): readonly Wildcard[] {
  if (term.kind === 'wildcard') return [term.runs];
  if (term.kind !== 'not') return [];
  const unique = new Map(term.terms.filter(isWildcard).map(({ text, runs }) => [text, runs]));
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, runs]) => runs);
}

function isWildcard(term: NegatedTerm): term is Extract<NegatedTerm, { readonly kind: 'wildcard' }> {
  return term.kind === 'wildcard';
}

interface State {
  /** States behind a byte. */
  readonly bytes: Map<number, State[]>;
  /** States behind any byte: a star's state, which is also its own. */
  readonly any: State[];
  /** A star lies before this state, so another wildcard may not simply share it. */
  readonly behindStar: boolean;
  /** Patterns that come through here. */
  readonly patterns: Set<string>;
  readonly id: number;
}

/** One field's machine for its wildcards. A negated list is one pattern with several texts. */
class Machine {
  #states = 0;
  readonly start = this.#state(false);
  readonly #matches = new Map<string, State>();

  #state(behindStar: boolean): State {
    this.#states++;
    return { bytes: new Map(), any: [], behindStar, patterns: new Set(), id: this.#states };
  }

  add(pattern: string, signs: readonly number[]): void {
    let state = this.start;
    let previous: State | undefined;
    let sharing = true;
    signs.forEach((sign, index) => {
      const last = index === signs.length - 1;
      let next = last ? this.#matches.get(pattern) : sharing ? shared(state, sign) : undefined;
      if (next === undefined) {
        sharing = false;
        next = this.#state(state.behindStar || sign === ANY);
        if (last) this.#matches.set(pattern, next);
        connect(state, sign, next);
        if (sign !== ANY && signs[index - 1] === ANY && previous) connect(previous, sign, next);
      } else if (last) {
        connect(state, sign, next);
        if (signs[index - 1] === ANY && previous) connect(previous, sign, next);
      }
      next.patterns.add(pattern);
      previous = state;
      state = next;
    });
  }
}

function connect(from: State, sign: number, to: State): void {
  if (sign === ANY) {
    from.any.push(to);
    to.any.push(to);
    return;
  }
  const states = from.bytes.get(sign) ?? [];
  from.bytes.set(sign, states);
  if (!states.includes(to)) states.push(to);
}

/** A state that an earlier wildcard made here and that this one may use as well. */
function shared(state: State, sign: number): State | undefined {
  if (sign === ANY) return state.any.find((next) => next !== state);
  const candidates = (state.bytes.get(sign) ?? []).filter((next) => next !== state);
  const plain = candidates.find(({ behindStar }) => !behindStar);
  if (plain) return plain;
  // From before a star, both the star's state and the sign itself lead there; sharing would let too much through.
  // Letters are never shared behind a star: another pattern might ignore their case.
  const beforeStar = state.any.some((next) => next !== state);
  return beforeStar || isLetter(sign) ? undefined : candidates[0];
}

function isLetter(sign: number): boolean {
  return sign >= 0x80 || (sign >= 0x41 && sign <= 0x5a) || (sign >= 0x61 && sign <= 0x7a);
}

/**
 * A term that comes again (from another branch of $or) is the same pattern, but behind a star it makes states of its
 * own each time. Times beyond the limit change nothing: either it is passed by then, or no state was added.
 */
function isTooComplex(terms: readonly KnownTerm[]): boolean {
  const machine = new Machine();
  const times = new Map<string, number>();
  for (const { identity, term } of terms) {
    const time = (times.get(identity) ?? 0) + 1;
    times.set(identity, time);
    if (time > MAX_COMPLEXITY + 1) continue;
    for (const runs of wildcardsOf(term)) machine.add(identity, toSigns(runs));
  }
  const seen = new Set<string>();
  const pending: (readonly State[])[] = [[machine.start]];
  for (let states = pending.pop(); states !== undefined; states = pending.pop()) {
    for (const sign of new Set([ANY, ...states.flatMap(({ bytes }) => [...bytes.keys()])])) {
      const next = move(states, sign);
      if (next.length === 0) continue;
      if (weigh(next) > MAX_COMPLEXITY) return true;
      const key = next.map(({ id }) => id).join();
      if (seen.has(key)) continue;
      seen.add(key);
      pending.push(next);
    }
    if (seen.size > MAX_SETS) return true;
  }
  return false;
}

function move(states: readonly State[], sign: number): readonly State[] {
  const next = new Set<State>();
  for (const { any, bytes } of states) {
    for (const state of any) next.add(state);
    for (const state of bytes.get(sign) ?? []) next.add(state);
  }
  return [...next].sort((a, b) => a.id - b.id);
}

/**
 * Patterns in the middle of which a value can be in these states. What matches foo also matches foo*, so stars ahead
 * count.
 */
function weigh(states: readonly State[]): number {
  let weight = 0;
  for (const { patterns, any } of states) {
    weight += patterns.size;
    for (const star of any) if (!states.includes(star)) weight += star.patterns.size;
  }
  return weight;
}

/** A wildcard as bytes in quotes, with ANY for a star. */
function toSigns(runs: Wildcard): readonly number[] {
  const signs = [QUOTE];
  runs.forEach((run, index) => {
    if (index > 0) signs.push(ANY);
    signs.push(...utf8(run));
  });
  signs.push(QUOTE);
  return signs;
}

function utf8(text: string): number[] {
  return [...encodeURIComponent(text).matchAll(/%(..)|(.)/gs)].map(([sign, hex]) =>
    hex === undefined ? sign.charCodeAt(0) : Number.parseInt(hex, 16),
  );
}
