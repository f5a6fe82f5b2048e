// States.Format, StringSplit and what turns values into text and back. Results are recorded on AWS: LocalStack,
// tests/aws/services/stepfunctions/v2/intrinsic_functions/test_generic, test_string_operations, test_json_manipulation,
// test_encode_decode, test_hash_calculations.
import { decodeBase64, encodeBase64 } from '../../../aws/scalar.ts';
import { decodeUtf8, encodeUtf8 } from '../../../pattern/text.ts';
import { isArray, isObject, type Json } from '../../json.ts';
import { parseJson } from '../../json-text.ts';
import type { HashAlgorithm } from '../world.ts';
import { Fault } from './fault.ts';
import type { Functions } from './function.ts';

/** Source: Step Functions developer guide, States.Base64Encode, States.Hash: up to 10,000 characters. */
const CODED_MAX = 10_000;

const ALGORITHMS: readonly HashAlgorithm[] = ['MD5', 'SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'];

export const TEXTS = {
  Format: {
    arity: [1, Infinity],
    run(values) {
      let used = 0;
      const text = values.template().replace(/\\(['{}\\])|\{\}/g, (_, escaped?: string) => {
        if (escaped !== undefined) return escaped;
        used++;
        return javaText(values.any(used));
      });
      const given = values.all.length - 1;
      if (used !== given)
        throw new Fault(`The template of States.Format has ${used} {}, and ${given} arguments follow`);
      return text;
    },
  },

  /** Each character of the second argument splits, and empty pieces are dropped: Java's StringTokenizer. */
  StringSplit: {
    arity: [2, 2],
    run(values) {
      const delimiters = new Set(values.text(1));
      const pieces = [''];
      for (const sign of values.text(0)) {
        if (delimiters.has(sign)) pieces.push('');
        else pieces.push(`${pieces.pop() ?? ''}${sign}`);
      }
      return pieces.filter((piece) => piece !== '');
    },
  },

  /** No text is null, as Jackson reads it. */
  StringToJson: {
    arity: [1, 1],
    run(values) {
      const text = values.text(0);
      return text.trim() === '' ? null : readJson(text);
    },
  },

  JsonToString: { arity: [1, 1], run: (values) => JSON.stringify(values.any(0)) },

  JsonMerge: {
    arity: [3, 3],
    run(values) {
      if (values.any(2) !== false)
        throw new Fault('States.JsonMerge supports only shallow merging: its third argument must be false');
      return Object.fromEntries([...Object.entries(values.object(0)), ...Object.entries(values.object(1))]);
    },
  },

  Base64Encode: { arity: [1, 1], run: (values) => encodeBase64(encodeUtf8(values.shortText(0, CODED_MAX))) },

  Base64Decode: {
    arity: [1, 1],
    run(values) {
      const text = decodeText(values.shortText(0, CODED_MAX));
      if (text === undefined) throw new Fault('The argument of States.Base64Decode is not base64 of text in UTF-8');
      return text;
    },
  },

  Hash: {
    arity: [2, 2],
    run(values, world) {
      const text = values.shortText(0, CODED_MAX);
      const algorithm = ALGORITHMS.find((each) => each === values.text(1));
      if (algorithm === undefined)
        throw new Fault(`The algorithm of States.Hash must be one of ${ALGORITHMS.join(', ')}`);
      return world.hash(algorithm, text);
    },
  },
} satisfies Functions;

/** As Java prints lists and maps: `{Arg1=1, Arg2=[]}`. */
function javaText(value: Json): string {
  if (isArray(value)) return `[${value.map(javaText).join(', ')}]`;
  if (isObject(value))
    return `{${Object.entries(value)
      .map(([name, member]) => `${name}=${javaText(member)}`)
      .join(', ')}}`;
  return String(value);
}

function readJson(text: string): Json {
  const value = parseJson(text);
  if (value !== undefined) return value;
  throw new Fault(`The argument of States.StringToJson is not JSON`);
}

function decodeText(text: string): string | undefined {
  const bytes = decodeBase64(text);
  try {
    return bytes && decodeUtf8(bytes);
  } catch {
    return undefined;
  }
}
