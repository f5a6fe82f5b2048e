// Callers that wait for the end of an execution.

import { setMaxListeners } from 'node:events';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Execution } from '@earwitness/protocol/internal/states-language/interpreter/execution';
import type { Table } from '../../../backbone/table.ts';
import { type ExecutionRow, executionKey } from '../execution.ts';

export class Waits {
  readonly #table: Table<ExecutionRow>;
  readonly #closed = new AbortController();

  constructor(table: Table<ExecutionRow>) {
    this.#table = table;
    // Each caller listens to it.
    setMaxListeners(0, this.#closed.signal);
  }

  /** @throws ExecutionDoesNotExist when there is none, or no longer */
  untilEnded(executionArn: string): Promise<Execution> {
    const key = executionKey({ executionArn });
    const gone = () => new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
    return new Promise((resolve, reject) => {
      const { signal } = this.#closed;
      const look = (row: { readonly value: ExecutionRow } | undefined) => {
        if (row?.value.execution.status === 'RUNNING') return;
        leave();
        signal.removeEventListener('abort', end);
        if (row) resolve(row.value.execution);
        else reject(gone());
      };
      const leave = this.#table.watch((changed, row) => changed === key && look(row), { prefix: key });
      const end = () => {
        leave();
        reject(new ServiceError('ServiceUnavailable', 'This local cloud was closed.', { status: 503 }));
      };
      signal.addEventListener('abort', end);
      look(this.#table.get(key));
      if (signal.aborted) end();
    });
  }

  close(): void {
    this.#closed.abort();
  }
}
