// All rows of all tables as this node has heard of them, table by table.
import { type OnFault, unhandled } from '../../listeners.ts';
import type { PiecesName } from '../pieces.ts';
import type { Change } from './feed.ts';
import type { RowHead } from './row-message.ts';
import { StoredRow, TableView } from './view.ts';

/** What stands in streams and is no row's. */
export interface Left {
  /** Sequence of a message that says that a row is gone, and which node removed it. */
  readonly gone?: Pick<RowHead, 'table' | 'key'> & { readonly sequence: number; readonly by: string | undefined };
  readonly pieces?: PiecesName;
}

export class Rows {
  readonly #onFault: OnFault;
  readonly #views = new Map<string, TableView>();
  /** Sequence of the newest message that all rows before it are gone by. */
  clearedAt = 0;

  constructor(onFault: OnFault = unhandled) {
    this.#onFault = onFault;
  }

  view(table: string): TableView {
    let view = this.#views.get(table);
    if (!view) {
      view = new TableView((error) => this.#onFault(`a listener of table '${table}'`, error));
      this.#views.set(table, view);
    }
    return view;
  }

  /** Returns what the change leaves in the stream. */
  apply({ sequence, head, text }: Change): Left[] {
    if (!head) {
      this.clearedAt = sequence;
      return [...this.#views.values()].flatMap((view) => view.clear()).map((pieces) => ({ pieces }));
    }
    const view = this.view(head.table);
    const left: Left[] = [];
    const before = view.get(head.key)?.pieces;
    if (before) left.push({ pieces: before });
    if (head.gone || this.isVoid(head.ifRevision, sequence)) {
      const { table, key, gone: by } = head;
      left.push({ gone: { table, key, sequence, by }, ...(head.pieces && { pieces: head.pieces }) });
      view.delete(head.key, sequence);
    } else view.put(new StoredRow(head.key, sequence, text, head.pieces));
    return left;
  }

  /**
   * Whether a write that was for a row of a revision came too late: everything was cleared meanwhile, and the server
   * took it because the old rows were still being removed.
   */
  isVoid(ifRevision: number | undefined, sequence: number): boolean {
    return ifRevision !== undefined && ifRevision < this.clearedAt && this.clearedAt < sequence;
  }

  /** Takes other rows in place of its own, and tells watchers of what is different. */
  adopt(other: Rows, isBack: boolean): void {
    this.clearedAt = other.clearedAt;
    for (const table of new Set([...this.#views.keys(), ...other.#views.keys()])) {
      this.view(table).adopt(other.view(table), isBack);
    }
  }
}
