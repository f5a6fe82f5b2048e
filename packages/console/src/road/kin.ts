// What belongs to a row beside its own facts: what brought it about, and what it brought about, as far as traces tell.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import type { Row } from '../journal/row.ts';

/** Ours: facts that are looked at for one drawing. A trace may have thousands. */
const MOST_FACTS = 4000;

export interface Kin {
  /** In the order of the journal. */
  readonly facts: readonly Fact[];
  /** Facts that were too many. */
  readonly left: number;
}

/** The rows of the same origin, in the order in which they began. */
export function kinOf(row: Row, rows: readonly Row[]): readonly Row[] {
  const origin = originOf(row);
  const kin = new Set([origin]);
  for (const one of rows) if (one.parent && originOf(one) === origin) kin.add(one);
  kin.add(row);
  return [...kin];
}

export function countFacts(kin: readonly Row[]): number {
  return kin.reduce((sum, { facts }) => sum + facts.length, 0);
}

/** Its own facts and those of its ancestors first, then what came later, then what came before it, nearest first. */
export function factsOf(row: Row, kin: readonly Row[]): Kin {
  const nearest = [...lineageOf(row), ...kin.filter(({ seq }) => seq > row.seq)];
  nearest.push(...kin.filter(({ seq }) => seq < row.seq).reverse());
  const chosen = new Set<Fact>();
  for (const fact of factsIn(nearest)) {
    if (chosen.size === MOST_FACTS) break;
    chosen.add(fact);
  }
  // An execution that failed stands in its own row, and in that of what led to it.
  const left = chosen.size < MOST_FACTS ? 0 : new Set(factsIn(kin)).size - chosen.size;
  return { facts: [...chosen].sort((a, b) => a.seq - b.seq), left };
}

function* factsIn(rows: readonly Row[]): Generator<Fact> {
  for (const { facts } of rows) yield* facts;
}

function originOf(row: Row): Row {
  return lineageOf(row).at(-1) ?? row;
}

function lineageOf(row: Row): Row[] {
  const lineage: Row[] = [];
  for (let one: Row | undefined = row; one; one = one.parent) lineage.push(one);
  return lineage;
}
