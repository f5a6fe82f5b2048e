// A request to the local cloud's admin API: JSON there and back.
import { TransportError } from '../hearing/transport.ts';
import { type Answer, isOk, readText, request } from '../request.ts';

/**
 * Asks, and returns the answer's JSON; with a body (JSON text) it is a POST.
 * @param url of the admin API
 * @throws TransportError when the cloud does not answer, or refuses: in its own sentence, with the status as `code`
 */
export async function askLocal(url: string, path: string, body?: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  let answer: Answer;
  let text: string;
  try {
    answer = await request(`${url}/${path}`, body === undefined ? {} : { method: 'POST', headers, body });
    text = await readText(answer);
  } catch (cause) {
    throw new TransportError(`the local cloud at ${url} does not answer`, { cause });
  }
  if (isOk(answer)) return JSON.parse(text);
  throw new TransportError(`the local cloud refused: ${refusalIn(text)}`, { code: String(answer.status) });
}

/** The sentence of a refusal: `{"error":"…"}`. */
function refusalIn(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && 'error' in parsed) return String(parsed.error);
  } catch {
    // Another program answers there; what it says is shown as it is.
  }
  return text;
}
