// A transaction on its way: a row of its own, which says whether the marks in items' rows count.
//
//   open ──► committed     all at once, for whoever reads a marked row from then on
//     └────► undone        its node gave up, or died and its time is over

import { RevisionConflict, type Table, tableOf } from '../../../backbone/table.ts';
import type { Clock } from '../../../clock/clock.ts';

export interface Transaction {
  readonly status: 'open' | 'committed' | 'undone';
  /** Epoch ms from which an open one may be undone by anybody. */
  readonly until: number;
}

/** Ours: how long a node may take to mark the items of a transaction. */
const LEASE_MS = 10_000;

export const TRANSACTIONS = tableOf<Transaction>('dynamodb/transactions');

export class Transactions {
  readonly #rows: Table<Transaction>;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(rows: Table<Transaction>, clock: Pick<Clock, 'now'>) {
    this.#rows = rows;
    this.#clock = clock;
  }

  async begin(id: string): Promise<void> {
    await this.#rows.put(id, { status: 'open', until: this.#clock.now() + LEASE_MS });
  }

  isCommitted(id: string): boolean {
    return this.#rows.get(id)?.value.status === 'committed';
  }

  /** Commits or undoes an open one; false where somebody else came first. */
  async end(id: string, status: 'committed' | 'undone'): Promise<boolean> {
    const row = this.#rows.get(id);
    if (row?.value.status !== 'open') return false;
    try {
      await this.#rows.put(id, { ...row.value, status }, { ifRevision: row.revision });
      return true;
    } catch (error) {
      if (error instanceof RevisionConflict) return false;
      throw error;
    }
  }

  /** Whether a mark of it stands in the way; one whose time is over is undone. */
  async isOpen(id: string): Promise<boolean> {
    const transaction = this.#rows.get(id)?.value;
    if (transaction?.status !== 'open') return false;
    if (transaction.until > this.#clock.now()) return true;
    await this.end(id, 'undone');
    return false;
  }

  async forget(id: string): Promise<void> {
    await this.#rows.delete(id);
  }
}
