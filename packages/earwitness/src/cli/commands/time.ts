// `earwitness time`: the clock of a running local cloud, and moving it on.
import { line } from '../../printing/line.ts';
import { adminUrl } from '../cloud-options.ts';
import { askAdmin, noCloud, numberAt, readJournalEnd } from '../running/admin.ts';
import { formatDuration, parseDuration } from '../running/duration.ts';
import { printData, say } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

export interface TimeOptions {
  readonly json?: boolean;
  readonly port?: string;
}

/**
 * Prints the cloud's time, after moving it on when `step` says by how much (`+2h`).
 * @throws UsageError when no local cloud answers, or for a step that is none.
 */
export async function time(step: string | undefined, { json, port }: TimeOptions): Promise<void> {
  const url = adminUrl(port);
  const answer =
    step === undefined
      ? await askAdmin(url, 'clock')
      : await askAdmin(url, 'clock/advance', JSON.stringify({ ms: parseStep(step) }));
  const now = numberAt(answer, 'now');
  if (now === undefined) throw noCloud(url);
  const { advancedMs } = await readJournalEnd(url);
  const iso = new Date(now).toISOString();
  if (json) return printData(JSON.stringify({ now, time: iso, advancedMs }, undefined, 2));
  printData(iso);
  if (advancedMs > 0) say(line`The clock was moved on by ${formatDuration(advancedMs)} in all.`);
}

function parseStep(step: string): number {
  const ms = parseDuration(step.replace(/^\+/, ''));
  if (ms !== undefined) return ms;
  if (parseDuration(step.replace(/^-/, '')) !== undefined) {
    throw new UsageError(`the clock of the cloud does not go back: time takes +90s, +2h, +1d12h; not '${step}'.`);
  }
  throw new UsageError(`time takes how far to move the clock on: +90s, +2h, +1d12h; not '${step}'.`);
}
