// Caches: the name spaces that topics live in. A topic needs no creating, but its cache must exist.
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import type { Table } from '../../backbone/table.ts';

export interface Cache {
  readonly name: string;
}

export class Caches {
  readonly #table: Table<Cache>;
  // Caches that exist from the beginning come into being when somebody asks; after a reset they do so again.
  readonly #standing: ReadonlySet<string>;
  readonly #deleted = new Set<string>();

  constructor(table: Table<Cache>, standing: readonly string[]) {
    this.#table = table;
    this.#standing = new Set(standing);
  }

  /** @throws NOT_FOUND_ERROR, INVALID_ARGUMENT_ERROR */
  async require(name: string): Promise<void> {
    if (!(await this.#has(checkName('cache', name))))
      throw momentoError('NOT_FOUND_ERROR', `The cache '${name}' does not exist.`);
  }

  /** @throws ALREADY_EXISTS_ERROR, INVALID_ARGUMENT_ERROR */
  async create(name: string): Promise<void> {
    if (await this.#has(checkName('cache', name)))
      throw momentoError('ALREADY_EXISTS_ERROR', `The cache '${name}' exists already.`);
    await this.#table.put(name, { name });
  }

  /** @throws NOT_FOUND_ERROR, INVALID_ARGUMENT_ERROR */
  async delete(name: string): Promise<void> {
    await this.require(name);
    this.#deleted.add(name);
    await this.#table.delete(name);
  }

  /** Every cache, by name. */
  async list(): Promise<Cache[]> {
    for (const name of this.#standing) await this.#has(name);
    return this.#table.list().map((row) => row.value);
  }

  /** Whether the cache exists from the beginning, and so outlives a reset. */
  isStanding(name: string): boolean {
    return this.#standing.has(name);
  }

  reset(): void {
    this.#deleted.clear();
  }

  async #has(name: string): Promise<boolean> {
    if (this.#table.get(name)) return true;
    if (!this.#standing.has(name) || this.#deleted.has(name)) return false;
    await this.#table.put(name, { name });
    return true;
  }
}

/** @throws INVALID_ARGUMENT_ERROR */
export function checkName(what: 'cache' | 'topic', name: string): string {
  if (name.trim() === '') throw momentoError('INVALID_ARGUMENT_ERROR', `The ${what} name must not be empty.`);
  return name;
}
