// The server behind a fake destination, as a transport: each request that has come in whole is an item. It listens on
// 127.0.0.1 alone and, as a subscription, does not keep the process alive.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigurationError } from '../errors.ts';
import type { Clock } from '../hearing/clock.ts';
import type { OpenTransport, Transport, TransportListener } from '../hearing/transport.ts';
import type { FullAnswer, Script } from './answer.ts';
import { readRequest } from './request.ts';

/** A server that answers by a script. */
export class DestinationServer implements Transport {
  readonly name = 'fake destination';
  script: Script;
  /** What the script threw first. */
  scriptError: unknown;
  readonly #port: number;
  readonly #clock: Clock;
  readonly #server: Server;
  readonly #pending = new Set<() => void>();
  #listener: TransportListener | undefined;

  constructor({ port, script, clock }: { readonly port: number; readonly script: Script; readonly clock: Clock }) {
    this.#port = port;
    this.script = script;
    this.#clock = clock;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on('connection', (socket) => socket.unref());
  }

  /** `http://127.0.0.1:4599`, once it is open. */
  get url(): string {
    // A server that listens on a port, not on a pipe, has such an address.
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** @throws ConfigurationError when the port cannot be listened on */
  async open(listener: TransportListener): Promise<OpenTransport> {
    this.#listener = listener;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (cause: NodeJS.ErrnoException) => reject(portError(this.#port, cause)));
      this.#server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#server.unref();
    return { close: () => this.#close() };
  }

  async #close(): Promise<void> {
    this.#listener = undefined;
    for (const cancel of this.#pending) cancel();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming).catch(() => undefined);
    // Its caller was gone before it had come in whole.
    if (!request) return;
    this.#listener?.item({ text: JSON.stringify(request) });
    let answer: FullAnswer;
    try {
      answer = this.script(request);
    } catch (error) {
      this.scriptError ??= error;
      answer = { status: 500, headers: {}, body: 'the script of fakeDestination() threw', delayMs: 0 };
    }
    const { status, headers, body, delayMs } = answer;
    const send = () => response.writeHead(status, headers).end(body);
    if (delayMs === 0) send();
    else this.#sendLater(send, delayMs);
  }

  #sendLater(send: () => void, delayMs: number): void {
    const cancel = this.#clock.after(
      delayMs,
      () => {
        this.#pending.delete(cancel);
        send();
      },
      { background: true },
    );
    this.#pending.add(cancel);
  }
}

function portError(port: number, cause: NodeJS.ErrnoException): ConfigurationError {
  const reason =
    cause.code === 'EADDRINUSE'
      ? 'it is in use. Test files that run side by side need a port each, and close their fake when they are done'
      : cause.message;
  return new ConfigurationError(`fakeDestination() cannot listen on port ${port} of 127.0.0.1: ${reason}.`, { cause });
}
