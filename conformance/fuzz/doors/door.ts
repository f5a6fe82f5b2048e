// What a door is to the fuzz: a name for the summary, and a maker of inputs.
import type { Input } from '../input.ts';
import type { Random } from '../prng.ts';

export interface Door {
  readonly name: string;
  /** Its share of the inputs, in proportion to the others'. */
  readonly weight: number;
  /** Makes an input. Chance is all it knows: the same numbers make the same input. */
  make(random: Random): Input;
}
