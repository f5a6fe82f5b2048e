// Asks over HTTP by Node's own client, not by fetch: fetch refuses the ports of a list
// (https://fetch.spec.whatwg.org/#port-blocking: 5060, 5061, 6000, 6665, …), and a local cloud may listen on any. What
// a test puts in the place of the global fetch is not asked either.
import type { Agent, IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/** What to ask besides the URL. */
export interface RequestOptions {
  /** Default: GET. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** Keeps connections; without one there is a connection for this request alone. */
  readonly agent?: Agent;
  /** Does not keep the process alive. */
  readonly background?: boolean;
}

/** A response whose head has come; its body has to be read. */
export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}

/**
 * Sends one request. Redirects are not followed.
 * @throws TypeError when it is not a URL, Error of the connection, AbortError
 */
export async function request(url: string, options: RequestOptions = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body, signal, agent = false, background = false } = options;
  const target = new URL(url);
  // Loaded when first needed: they take as long as half of the kit.
  const { request: send } = await (target.protocol === 'https:' ? import('node:https') : import('node:http'));
  return new Promise((resolve, reject) => {
    const sent = send(target, { method, headers, agent, ...(signal && { signal }) }, (answer) =>
      resolve({
        status: answer.statusCode ?? 0,
        statusText: answer.statusMessage ?? '',
        headers: answer.headers,
        body: answer,
      }),
    );
    sent.on('error', reject);
    if (background) sent.on('socket', (socket) => socket.unref());
    sent.end(body);
  });
}

/** Whether the status is one of success. */
export function isOk({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** The rest of the body as text. */
export async function readText({ body }: Answer): Promise<string> {
  let text = '';
  for await (const chunk of body.setEncoding('utf8')) text += String(chunk);
  return text;
}

/** The body as JSON, unchecked. @throws SyntaxError */
export async function readJson(answer: Answer): Promise<unknown> {
  return JSON.parse(await readText(answer));
}

/** The body's lines as they come, without empty ones. */
export async function* textLines({ body }: Answer): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of body.setEncoding('utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line !== '');
  }
}
