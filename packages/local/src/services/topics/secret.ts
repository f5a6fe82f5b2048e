// The secret that signs keys, where nodes share a backbone: a row, so that a key which one node made is good on all of
// them, and after a restart.
import type { Backbone } from '../../backbone/backbone.ts';
import { type Table, tableOf } from '../../backbone/table.ts';
import { updateRow } from '../../backbone/update.ts';

interface Secret {
  readonly secret: string;
}

const SECRETS = tableOf<Secret>('topics/secrets');
const KEY = 'keys';

/**
 * The secret of the nodes that share `backbone`, which is open; `own` becomes it when there is none yet. A reset leaves
 * it: keys that were handed out stay good.
 */
export async function shareSecret(backbone: Backbone, own: string): Promise<string> {
  const table = backbone.table(SECRETS);
  const secret = await keep(table, own);
  table.watch((_key, row) => {
    // Each node does it, and with the same: whoever comes first.
    if (!row) keep(table, secret).catch(() => {});
  });
  return secret;
}

async function keep(table: Table<Secret>, own: string): Promise<string> {
  const known = table.get(KEY);
  if (known) return known.value.secret;
  const { value } = await updateRow(table, KEY, (row) => row ?? { secret: own });
  return value.secret;
}
