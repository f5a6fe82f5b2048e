// `earwitness open`: the console of a local cloud that is running, in the browser.
import { adminUrl } from '../cloud-options.ts';
import { openInBrowser } from '../console/browser.ts';
import { askAdmin } from '../running/admin.ts';
import { printData } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

export interface OpenOptions {
  readonly open: boolean;
  readonly port?: string;
}

/**
 * Prints the console's address and opens it.
 * @param place a route of the console, `#/queues`
 * @throws UsageError when no local cloud answers
 */
export async function open(place: string | undefined, options: OpenOptions): Promise<void> {
  if (place !== undefined && !place.startsWith('#/')) {
    throw new UsageError(`open takes a route of the console, such as '#/queues', not '${place}'.`);
  }
  const url = adminUrl(options.port);
  await askAdmin(url, 'health');
  const page = `${url}${place ?? ''}`;
  printData(page);
  if (options.open) openInBrowser(page);
}
