// States.Array and its relatives. Results are recorded on AWS: LocalStack,
// tests/aws/services/stepfunctions/v2/intrinsic_functions/test_array.
import type { Json } from '../../json.ts';
import { canonicalText } from '../canonical-text.ts';
import { Fault } from './fault.ts';
import type { Functions } from './function.ts';

/** Source: Step Functions developer guide, States.ArrayRange: up to 1000 items. */
const RANGE_MAX = 1_000;

export const ARRAYS = {
  Array: { arity: [0, Infinity], run: (values) => values.all },

  ArrayPartition: {
    arity: [2, 2],
    run(values) {
      const array = values.array(0);
      const size = values.rounded(1);
      if (size <= 0) throw new Fault('The chunk size of States.ArrayPartition must be greater than 0');
      return Array.from({ length: Math.ceil(array.length / size) }, (_, chunk) =>
        array.slice(chunk * size, (chunk + 1) * size),
      );
    },
  },

  ArrayContains: {
    arity: [2, 2],
    run(values) {
      const wanted = canonicalText(values.any(1));
      return values.array(0).some((item) => canonicalText(item) === wanted);
    },
  },

  ArrayRange: {
    arity: [3, 3],
    run(values) {
      const [first, last, step] = [values.rounded(0), values.rounded(1), values.rounded(2)];
      if (step === 0) throw new Fault('The step of States.ArrayRange must not be 0');
      const length = Math.max(0, Math.floor((last - first) / step) + 1);
      if (length > RANGE_MAX) throw new Fault(`States.ArrayRange makes ${RANGE_MAX} items at most`);
      return Array.from({ length }, (_, index) => first + index * step);
    },
  },

  ArrayGetItem: {
    arity: [2, 2],
    run(values) {
      const array = values.array(0);
      const index = values.any(1);
      const item = typeof index === 'number' ? array[index] : undefined;
      if (item === undefined)
        throw new Fault(`There is no index ${JSON.stringify(index)} in an array of ${array.length}`);
      return item;
    },
  },

  ArrayLength: { arity: [1, 1], run: (values) => values.array(0).length },

  ArrayUnique: {
    arity: [1, 1],
    run(values) {
      const firsts = new Map<string, Json>();
      for (const item of values.array(0)) {
        const text = canonicalText(item);
        if (!firsts.has(text)) firsts.set(text, item);
      }
      return [...firsts.values()];
    },
  },
} satisfies Functions;
