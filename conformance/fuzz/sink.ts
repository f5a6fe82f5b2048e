// Where API destinations post: a server of the fuzz's own, so that nothing leaves this machine.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export class Sink implements AsyncDisposable {
  readonly #server: Server;
  readonly url: string;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async open(): Promise<Sink> {
    const server = createServer((request, response) => {
      request.resume();
      const { url = '' } = request;
      if (url.startsWith('/broken')) return void response.destroy();
      if (url.startsWith('/slow-down')) return void response.writeHead(429, { 'retry-after': '1' }).end();
      if (url.startsWith('/token'))
        return void response.end('{"access_token":"t","expires_in":3600,"token_type":"Bearer"}');
      response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Sink(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
