// What AWS adds to JSONata.
//
// Source: Step Functions developer guide, "Transforming data with JSONata"; results recorded on AWS (LocalStack,
// test_array_jsonata, test_json_manipulation_jsonata) and measured on it by a third party (Floci, JsonataEvaluatorTest,
// 2026-08-30): what is not whole is rounded towards zero, and much that has no result is undefined.

import { isArray, type Json } from '../../../json.ts';
import { isTooDeep } from '../../../json-text.ts';
import { JavaRandom } from '../../java-random.ts';
import type { HashAlgorithm } from '../../world.ts';
import { fault, MEMORY } from '../failure.ts';
import type { Run } from './definition.ts';

/** A function, and its signature in the library's notation. */
interface OwnFunction {
  readonly signature: string;
  readonly arity: number;
  readonly run: Run;
}

const RANGE_MAX = 360_145;

const ALGORITHMS: readonly HashAlgorithm[] = ['MD5', 'SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'];

export const OWN_FUNCTIONS: Readonly<Record<string, OwnFunction>> = {
  partition: {
    signature: '<an?:a>',
    arity: 2,
    run(_, [array, size = Infinity]) {
      if (!isArray(array) || typeof size !== 'number') return undefined;
      const step = Math.trunc(size);
      if (step < 0) throw fault('Second argument must be zero or greater');
      if (step === 0 || array.length === 0) return undefined;
      const chunks: Json[] = [];
      for (let at = 0; at < array.length; at += step) chunks.push(array.slice(at, at + step));
      return chunks;
    },
  },

  /** One number is no array: it is a sequence, and a sequence of one is what is in it. */
  range: {
    signature: '<nnn?:a>',
    arity: 3,
    run({ meter }, [first, last, step]) {
      if (typeof first !== 'number' || typeof last !== 'number' || typeof step !== 'number') return undefined;
      const [from, to, by] = [Math.trunc(first), Math.trunc(last), Math.trunc(step)];
      const length = by === 0 ? 0 : Math.floor((to - from) / by) + 1;
      if (length > RANGE_MAX) throw meter.fail(MEMORY);
      if (!(length > 0)) return undefined;
      return Object.assign(
        Array.from({ length }, (__, index) => from + index * by),
        { sequence: true },
      );
    },
  },

  hash: {
    signature: '<ss?:s>',
    arity: 2,
    run({ world }, [text, name]) {
      if (typeof text !== 'string' || name === undefined) return undefined;
      const algorithm = ALGORITHMS.find((each) => each === name);
      if (algorithm === undefined) throw fault(`The algorithm must be one of ${ALGORITHMS.join(', ')}`);
      return world.hash(algorithm, text);
    },
  },

  random: {
    signature: '<n?:n>',
    arity: 1,
    run: ({ world }, [seed]) =>
      typeof seed === 'number' ? new JavaRandom(Math.trunc(seed)).nextDouble() : world.random(),
  },

  uuid: { signature: '<:s>', arity: 0, run: ({ world }) => world.uuid() },

  parse: {
    signature: '<s?:x>',
    arity: 1,
    run: (_, [text]) => (typeof text === 'string' ? parseJson(text) : undefined),
  },
};

function parseJson(text: string): unknown {
  if (isTooDeep(text)) throw fault('Invalid JSON');
  try {
    return JSON.parse(text, (_, value: unknown) => {
      if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('too large');
      return value;
    });
  } catch {
    throw fault('Invalid JSON');
  }
}
