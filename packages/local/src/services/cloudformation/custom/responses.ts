// Responses of functions that make custom resources: who waits for one, and what came. The address of a response holds
// an id that nobody can guess.
import type { Backbone } from '../../../backbone/backbone.ts';
import { tableOf } from '../../../backbone/table.ts';
import { updateRow } from '../../../backbone/update.ts';

/** A response that is waited for. */
interface Waiting {
  /** The body that came; absent until one has. */
  readonly body?: string;
}

const RESPONSES = tableOf<Waiting>('cloudformation/custom-resource-responses');

export interface Responses {
  /** Waits for a response under that id. */
  expect(id: string): Promise<Expected>;
  /** Takes a response; false when nobody waits for it, or no longer. Of several the first counts. */
  take(id: string, body: string): Promise<boolean>;
}

export interface Expected {
  /** What has come by now. */
  taken(): string | undefined;
  /** Resolves when a response has come, and does not otherwise. */
  readonly body: Promise<string>;
  /** Waits no longer. */
  end(): Promise<void>;
}

export function createResponses(backbone: Backbone): Responses {
  const table = backbone.table(RESPONSES);
  return {
    async expect(id) {
      let stop = () => {};
      const body = new Promise<string>((resolve) => {
        stop = table.watch(
          (key, row) => {
            if (key === id && row?.value.body !== undefined) resolve(row.value.body);
          },
          { prefix: id },
        );
      });
      await table.put(id, {});
      return {
        body,
        taken: () => table.get(id)?.value.body,
        async end() {
          stop();
          await table.delete(id);
        },
      };
    },
    async take(id, body) {
      if (!table.get(id)) return false;
      let isFirst = false;
      await updateRow(table, id, (waiting) => {
        isFirst = waiting !== undefined && waiting.body === undefined;
        return isFirst ? { body } : (waiting ?? {});
      });
      return isFirst;
    },
  };
}
