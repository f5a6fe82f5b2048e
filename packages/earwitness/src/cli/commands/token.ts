// `earwitness token`: an API key of Momento from a local cloud that is running, in the form that a client takes.
import type { KeyForm } from '@earwitness/protocol/internal/momento/key';
import { line } from '../../printing/line.ts';
import { adminUrl } from '../cloud-options.ts';
import { noCloud } from '../running/admin.ts';
import { readEnvironment } from '../running/environment.ts';
import { printData, say } from '../terminal.ts';

export interface TokenOptions {
  readonly form: KeyForm;
  readonly json?: boolean;
  readonly port?: string;
}

/** Prints the key. @throws UsageError when no local cloud answers. */
export async function token({ form, json = false, port }: TokenOptions): Promise<void> {
  const variables = await readEnvironment(port);
  const apiKey = variables.get(`MOMENTO_${form.toUpperCase()}_API_KEY`);
  const endpoint = variables.get('MOMENTO_ENDPOINT');
  if (apiKey === undefined || endpoint === undefined) throw noCloud(adminUrl(port));
  if (json) return printData(JSON.stringify({ form, apiKey, endpoint }, undefined, 2));
  printData(apiKey);
  if (form === 'v2') say(line`A client needs its endpoint, too: MOMENTO_ENDPOINT=${endpoint}`);
}
