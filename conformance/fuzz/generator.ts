// Which door an input is for, and the input: both follow from the seed and the number alone.
import type { Numbered } from './batch.ts';
import { jsonDoor, queryDoor, restDoor } from './doors/aws.ts';
import type { Door } from './doors/door.ts';
import { Random } from './prng.ts';

export const DOORS: readonly Door[] = [jsonDoor, queryDoor, restDoor];

export function generate(seed: number, index: number): Numbered {
  const random = new Random(seed, index);
  const door = random.weighted(DOORS);
  return { index, door: door.name, input: door.make(random) };
}
