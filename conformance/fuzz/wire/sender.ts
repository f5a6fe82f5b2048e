// Sends an input by whatever way it asks for.
import type { BytesInput, HttpInput, Input } from '../input.ts';
import type { Answer } from './answer.ts';
import { sendBytes, serializeRequest } from './bytes.ts';
import { Http1 } from './http1.ts';
import { Http2 } from './http2.ts';
import type { Patience } from './patience.ts';

export class Sender {
  readonly #plain: URL;
  readonly #secure: URL;
  readonly #http1: Http1;
  readonly #http2: Http2;
  readonly #patience: Patience;

  constructor({ url, httpsUrl }: { readonly url: string; readonly httpsUrl: string }, patience: Patience) {
    this.#plain = new URL(url);
    this.#secure = new URL(httpsUrl);
    this.#http1 = new Http1(this.#plain, this.#secure);
    this.#http2 = new Http2(this.#plain, this.#secure);
    this.#patience = patience;
  }

  async send(input: Input): Promise<Answer> {
    if (input.kind === 'bytes') return this.#sendBytes(input, true);
    const answer = await this.#sendHttp(input);
    // A kept connection may have been closed by what came before on it. Clients try again then, and so do we.
    return answer.kind === 'closed' ? this.#sendHttp(input) : answer;
  }

  async #sendHttp(input: HttpInput): Promise<Answer> {
    try {
      const client = input.over === 'h2' || input.over === 'h2c' ? this.#http2 : this.#http1;
      return await client.send(input, this.#patience);
    } catch {
      // Node's client refuses characters that others send.
      const host: [string, string] = ['host', this.#plain.host];
      const headers = input.headers.some(([name]) => name.toLowerCase() === 'host') ? [] : [host];
      const closing: [string, string] = ['connection', 'close'];
      const bytes = serializeRequest({ ...input, headers: [...headers, ...input.headers, closing] });
      return this.#sendBytes({ kind: 'bytes', port: 'plain', secure: false, chunks: [bytes] }, false);
    }
  }

  #sendBytes(input: BytesInput, endsQuiet: boolean): Promise<Answer> {
    return sendBytes(input, { plain: this.#plain, secure: this.#secure, patience: this.#patience, endsQuiet });
  }

  close(): void {
    this.#http1.close();
    this.#http2.close();
  }
}
