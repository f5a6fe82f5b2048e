// The command line: npm run fuzz -- --seed 11 --inputs 20000, --only 48213, --only 48000..48213, --door "AWS JSON".
import { parseArgs } from 'node:util';

export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface FuzzOptions {
  readonly seed: number;
  readonly inputs: number;
  /** The inputs of these numbers alone, one by one. */
  readonly only?: Range;
  /** Inputs of this door alone. */
  readonly door?: string;
}

/** Ours: what two cores do within a minute. */
const DEFAULT_INPUTS = 4_000;

/** @throws Error that says what was expected */
export function parseOptions(args: readonly string[]): FuzzOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      inputs: { type: 'string' },
      only: { type: 'string' },
      door: { type: 'string' },
    },
  });
  const { seed = '1', inputs = String(DEFAULT_INPUTS), only, door } = values;
  return {
    seed: parseCount('--seed', seed),
    inputs: parseCount('--inputs', inputs),
    ...(only !== undefined && { only: parseRange(only) }),
    ...(door !== undefined && { door }),
  };
}

function parseCount(option: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Error(`${option} takes a whole number, not '${text}'.`);
  return Number(text);
}

function parseRange(text: string): Range {
  const [, from, to] = /^(\d{1,15})(?:\.\.(\d{1,15}))?$/.exec(text) ?? [];
  if (from === undefined) throw new Error(`--only takes a number, or two as 100..200, not '${text}'.`);
  return { from: Number(from), to: Number(to ?? from) };
}
