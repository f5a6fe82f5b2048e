// States.MathAdd, States.MathRandom and States.UUID.
import { JavaRandom } from '../java-random.ts';
import { Fault } from './fault.ts';
import type { Functions } from './function.ts';

export const NUMBERS = {
  /** Each is rounded, then they are added (recorded on AWS: LocalStack, test_math_add). */
  MathAdd: { arity: [2, 2], run: (values) => values.rounded(0) + values.rounded(1) },

  /** Which generator AWS has for a seed is not known; `$random` of JSONata has Java's. */
  MathRandom: {
    arity: [2, 3],
    run(values, world) {
      const first = values.rounded(0);
      const count = values.rounded(1) - first;
      if (count <= 0) throw new Fault('The end of States.MathRandom must be greater than its start');
      if (!values.has(2) || count > 0x7fffffff) return first + Math.floor(world.random() * count);
      return first + new JavaRandom(values.rounded(2)).nextInt(count);
    },
  },

  UUID: { arity: [0, 0], run: (_, world) => world.uuid() },
} satisfies Functions;
