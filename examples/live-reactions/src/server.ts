// Serves the two pages, and gives each the token it needs: the stage may only subscribe, a phone only publish. The key
// itself (MOMENTO_API_KEY) never leaves this process.
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import {
  AuthClient,
  AuthClientConfigurations,
  DisposableTokenScopes,
  ExpiresIn,
  GenerateDisposableToken,
} from '@gomomento/sdk';
import type { Ticket } from './topic.ts';

const FILES: Readonly<Record<string, readonly [path: string, type: string]>> = {
  '/': ['public/phone.html', 'text/html'],
  '/stage': ['public/stage.html', 'text/html'],
  '/style.css': ['public/style.css', 'text/css'],
  '/phone.js': ['dist/pages/phone.js', 'text/javascript'],
  '/stage.js': ['dist/pages/stage.js', 'text/javascript'],
};

export interface Pages {
  readonly server: Server;
  readonly url: string;
}

/** @param port 0: any free one */
export async function serve(port: number, host = '127.0.0.1'): Promise<Pages> {
  const { CACHE_NAME: cache, TOPIC_NAME: topic = 'reactions', MOMENTO_HTTP_ENDPOINT: http } = process.env;
  if (!cache) throw new Error('CACHE_NAME is not set: the name of the Momento cache whose topic is used.');
  // Its key: MOMENTO_API_KEY, with MOMENTO_ENDPOINT when it is one of today's (v2).
  const auth = new AuthClient({ configuration: AuthClientConfigurations.Default.latest() });
  const scopes = {
    stage: DisposableTokenScopes.topicSubscribeOnly(cache, topic),
    phone: DisposableTokenScopes.topicPublishOnly(cache, topic),
  };
  // Browsers do not know the local cloud's certificate, so that they take its plain door.
  const endpoint = http?.startsWith('http://') ? { endpoint: http } : {};

  async function makeTicket(role: 'stage' | 'phone'): Promise<Ticket> {
    const made = await auth.generateDisposableToken(scopes[role], ExpiresIn.minutes(30));
    if (!(made instanceof GenerateDisposableToken.Success)) throw new Error(made.toString());
    return { token: made.authToken, cache: cache as string, topic, ...endpoint };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.replace(/\?.*/, '') ?? '/';
    if (request.method === 'POST' && (path === '/token/stage' || path === '/token/phone')) {
      const ticket = await makeTicket(path === '/token/stage' ? 'stage' : 'phone');
      response.setHeader('content-type', 'application/json').end(JSON.stringify(ticket));
      return;
    }
    const [file, type] = FILES[path] ?? [];
    if (file === undefined) return void response.writeHead(404).end('There is / (phone) and /stage.');
    response.setHeader('content-type', `${type}; charset=utf-8`).end(await readFile(file));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(error);
      response.writeHead(500).end('No token could be had: see what the server printed.');
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return { server, url: `http://${host}:${(server.address() as AddressInfo).port}` };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { url } = await serve(Number(process.env['PORT'] ?? 3000), process.env['HOST']);
  console.log(`Stage  ${url}/stage\nPhone  ${url}/`);
}
