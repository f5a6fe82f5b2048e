// What functions take: each refuses what it cannot use, by the function's name and the argument's place.
import { isArray, isObject, type Json, type JsonObject } from '../../json.ts';
import { Fault } from './fault.ts';

/** The evaluated arguments of a call. */
export class Values {
  readonly #name: string;
  readonly #values: readonly Json[];
  readonly #raw: string | undefined;

  /** @param raw the first argument with its escapes, where it is written as text */
  constructor(name: string, values: readonly Json[], raw: string | undefined) {
    this.#name = name;
    this.#values = values;
    this.#raw = raw;
  }

  get all(): readonly Json[] {
    return this.#values;
  }

  has(index: number): boolean {
    return index < this.#values.length;
  }

  any(index: number): Json {
    return this.#values[index] ?? null;
  }

  text(index: number): string {
    const value = this.any(index);
    if (typeof value !== 'string') throw this.#refusal(index, 'a string');
    return value;
  }

  /** The first argument, with the escapes that it was written with. */
  template(): string {
    return this.#raw ?? this.text(0);
  }

  /** @param maxLength in characters */
  shortText(index: number, maxLength: number): string {
    const text = this.text(index);
    if (Array.from(text).length > maxLength) throw this.#refusal(index, `a string of ${maxLength} characters at most`);
    return text;
  }

  array(index: number): readonly Json[] {
    const value = this.any(index);
    if (!isArray(value)) throw this.#refusal(index, 'an array');
    return value;
  }

  object(index: number): JsonObject {
    const value = this.any(index);
    if (!isObject(value)) throw this.#refusal(index, 'an object');
    return value;
  }

  /** A number, rounded: halves up, as Java does. */
  rounded(index: number): number {
    const value = this.any(index);
    if (typeof value !== 'number') throw this.#refusal(index, 'a number');
    const rounded = Math.round(value);
    if (rounded > 0x7fffffff || rounded < -0x80000000) throw this.#refusal(index, 'a number of 32 bits');
    return rounded === 0 ? 0 : rounded;
  }

  #refusal(index: number, expected: string): Fault {
    return new Fault(`Argument ${index + 1} of States.${this.#name} must be ${expected}`);
  }
}
