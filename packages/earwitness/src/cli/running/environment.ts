// The variables of a local cloud that is running.
import { isOk, readJson, request } from '../../request.ts';
import { adminUrl } from '../cloud-options.ts';
import { noCloud } from './admin.ts';

/** @throws UsageError when no local cloud answers. */
export async function readEnvironment(port: string | undefined): Promise<ReadonlyMap<string, string>> {
  const url = `${adminUrl(port)}/env`;
  const answer = await request(url).catch(() => undefined);
  const variables = answer && isOk(answer) ? parseVariables(await readJson(answer).catch(() => undefined)) : undefined;
  if (!variables) throw noCloud(url);
  return variables;
}

/** Names and texts; undefined for anything else, which is the response of another server. */
function parseVariables(value: unknown): ReadonlyMap<string, string> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const variables = new Map<string, string>();
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') return undefined;
    variables.set(name, text);
  }
  return variables;
}
