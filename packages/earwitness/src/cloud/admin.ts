// A request to the local cloud's admin API: JSON there and back.
import { TransportError } from '../hearing/transport.ts';
import { isOk, readText, request } from '../request.ts';

/** What the admin API said: the answer's JSON, or why it refuses. */
export type Reply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly status: number; readonly reason: string };

/**
 * Asks; with a body (JSON text) it is a POST.
 * @param url of the admin API: `http://127.0.0.1:4566/_earwitness`
 * @throws Error of the system when nobody answers; SyntaxError when another program does
 */
export async function ask(url: string, path: string, body?: string): Promise<Reply> {
  const headers = { 'content-type': 'application/json' };
  const answer = await request(`${url}/${path}`, body === undefined ? {} : { method: 'POST', headers, body });
  const value: unknown = JSON.parse(await readText(answer));
  return isOk(answer) ? { ok: true, value } : { ok: false, status: answer.status, reason: refusalIn(value) };
}

/**
 * The answer's JSON, for a test.
 * @throws TransportError when the cloud does not answer, or refuses: in its own sentence, with the status as `code`
 */
export async function askLocal(url: string, path: string, body?: string): Promise<unknown> {
  const reply = await ask(url, path, body).catch((cause: unknown) => {
    throw new TransportError(`the local cloud at ${url} does not answer`, { cause });
  });
  if (reply.ok) return reply.value;
  throw new TransportError(`the local cloud refused: ${reply.reason}`, { code: String(reply.status) });
}

/** The sentence of a refusal: `{"error":"…"}`. */
function refusalIn(value: unknown): string {
  return typeof value === 'object' && value !== null && 'error' in value ? String(value.error) : JSON.stringify(value);
}
