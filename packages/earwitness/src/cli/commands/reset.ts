// `earwitness reset`: a running local cloud forgets everything, or what tests left behind.
import { line } from '../../printing/line.ts';
import { adminUrl } from '../cloud-options.ts';
import { askAdmin, readState } from '../running/admin.ts';
import { printData, say } from '../terminal.ts';

export interface ResetOptions {
  readonly keepStacks?: boolean;
  readonly json?: boolean;
  readonly port?: string;
}

/** Says what is left. @throws UsageError when no local cloud answers. */
export async function reset({ keepStacks = false, json, port }: ResetOptions): Promise<void> {
  const url = adminUrl(port);
  await askAdmin(url, 'reset', JSON.stringify({ keepStacks }));
  const { stacks } = await readState(url);
  const names = stacks.map(({ name }) => name);
  if (json) return printData(JSON.stringify({ stacks: names }, undefined, 2));
  if (!keepStacks) say(line`Everything is forgotten, stacks too.`);
  else
    say(line`Messages, events, logs and the journal are forgotten. Stacks that stay: ${names.join(', ') || 'none'}.`);
}
