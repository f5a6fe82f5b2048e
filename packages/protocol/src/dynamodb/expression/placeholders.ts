// The names and values of a request's expressions: all expressions share them, each has to be used by one of them, and
// what an expression uses has to be there.
import { ServiceError } from '../../aws/errors.ts';
import type { AttributeValue } from '../../aws/models/dynamodb.types.ts';
import { checkValue } from '../value/check.ts';
import type { Layer } from '../value/decimal.ts';
import { invalid, type Place, refuse } from './refusal.ts';

interface PlaceholderMaps {
  readonly names?: Readonly<Record<string, string>> | undefined;
  readonly values?: Readonly<Record<string, AttributeValue>> | undefined;
  /** The layer of AWS that checks: `old` for Scan and transactions, whose sentences name the key of a bad value. */
  readonly layer?: Layer | undefined;
}

export class Placeholders {
  readonly #names: ReadonlyMap<string, string>;
  readonly #values: ReadonlyMap<string, AttributeValue>;
  readonly #unusedNames: Set<string>;
  readonly #unusedValues: Set<string>;

  /** @throws ValidationException when a map is empty, a key is none, or a value may not be stored. */
  constructor({ names, values, layer = 'new' }: PlaceholderMaps) {
    if (names) checkKeys(names, { map: 'ExpressionAttributeNames', key: /^#[A-Za-z0-9_]+$/ });
    if (values) checkKeys(values, { map: 'ExpressionAttributeValues', key: /^:[A-Za-z0-9_]+$/ });
    this.#names = new Map(Object.entries(names ?? {}));
    this.#values = new Map(Object.entries(values ?? {}).map(([key, value]) => [key, checkedValue(key, value, layer)]));
    this.#unusedNames = new Set(this.#names.keys());
    this.#unusedValues = new Set(this.#values.keys());
  }

  /** The attribute name that `#n` stands for. @throws ValidationException */
  name(key: string, place: Place): string {
    this.#unusedNames.delete(key);
    const name = this.#names.get(key);
    if (name !== undefined) return name;
    throw refuse(
      place,
      `An expression attribute name used in the document path is not defined; attribute name: ${key}`,
    );
  }

  /** The value that `:v` stands for. @throws ValidationException */
  value(key: string, place: Place): AttributeValue {
    this.#unusedValues.delete(key);
    const value = this.#values.get(key);
    if (value) return value;
    throw refuse(place, `An expression attribute value used in expression is not defined; attribute value: ${key}`);
  }

  /** @throws ValidationException when no expression has used one of them. */
  assertUsed(): void {
    for (const [map, unused] of [
      ['ExpressionAttributeNames', this.#unusedNames],
      ['ExpressionAttributeValues', this.#unusedValues],
    ] as const) {
      if (unused.size === 0) continue;
      throw invalid(`Value provided in ${map} unused in expressions: keys: {${[...unused].join(', ')}}`);
    }
  }
}

/** Bytes of one placeholder. Source: DynamoDB developer guide, "Constraints": expression parameters. */
const MAX_KEY_LENGTH = 255;

function checkKeys(
  given: Readonly<Record<string, unknown>>,
  { map, key: form }: { readonly map: string; readonly key: RegExp },
): void {
  const keys = Object.keys(given);
  if (keys.length === 0) throw invalid(`${map} must not be empty`);
  const bad = keys.find((key) => !form.test(key) || key.length > MAX_KEY_LENGTH);
  if (bad !== undefined) throw invalid(`${map} contains invalid key: Syntax error; key: "${bad}"`);
}

function checkedValue(key: string, value: unknown, layer: Layer): AttributeValue {
  try {
    return checkValue(value, { layer });
  } catch (error) {
    if (layer === 'new' || !(error instanceof ServiceError)) throw error;
    throw invalid(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${key}`);
  }
}
