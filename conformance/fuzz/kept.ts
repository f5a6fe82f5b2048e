// What the fuzz found once, word for word: sent first, always. A number of a seed would not do: it means another input as soon as the
// generator changes. kept.json is a list of { why, door, input }, inputs as `--only` prints them.
import type { Numbered } from './batch.ts';
import { parseInput } from './input.ts';
import rows from './kept.json' with { type: 'json' };

export function keptInputs(): Numbered[] {
  const list: readonly { readonly door: string; readonly input: unknown }[] = rows;
  return list.map(({ door, input }, index) => ({ index, door: `kept: ${door}`, input: parseInput(input) }));
}
