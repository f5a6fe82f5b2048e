// The address that a person opens, `/_earwitness`: a browser gets the console, anyone else what there is as text. The
// console is one file without a network, read each time it is opened, so it costs nothing until then.
//
// What a page of the console may do is to run what stands in its file, by its hash, and to ask where it came from:
// text of an event that got into its markup by a fault of ours would still run nothing. Sources: W3C CSP 3,
// "hash-source" and "frame-ancestors", read 2026-11-29.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Door, type HttpRequest, type HttpResponse, sendJson } from '../door.ts';

export interface ConsoleDoorOptions {
  /** Path of the console's file; absent where there is none. */
  readonly file: string | URL | undefined;
  /** Of a saved journal, when it was saved, epoch ms: the page's root element bears it. */
  readonly savedAt?: number;
  /** What there is, as text. */
  overview(): Promise<string>;
}

/** Said to a browser where the console was not built. */
const NOT_BUILT = 'The console is not built in this checkout: npm run build makes it.';

const ALWAYS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

export function createConsoleDoor({ file, savedAt, overview }: ConsoleDoorOptions): Door {
  function sendText(response: HttpResponse, text: string): void {
    response.writeHead(200, {
      ...ALWAYS,
      'content-type': 'text/plain; charset=utf-8',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    response.end(text);
  }

  return {
    name: 'console',
    // Evidence, a terminal and a chat lead here by a link.
    pages: 'linking',
    accepts: ({ method, url = '' }) => method === 'GET' && /^\/_earwitness\/?(\?|$)/.test(url),
    isApart: () => true,
    refuse: (_request, response, { status, reason }) => sendJson(response, status, { error: reason }),
    async handle(request, response) {
      if (!isBrowser(request)) return sendText(response, await overview());
      const page = marked(await readPage(file), savedAt);
      if (page === undefined) return sendText(response, `${NOT_BUILT}\n\n${await overview()}`);
      response.writeHead(200, {
        ...ALWAYS,
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': policyOf(page),
      });
      response.end(page);
    },
  };
}

function isBrowser({ headers }: HttpRequest): boolean {
  return headers.accept?.includes('text/html') ?? false;
}

async function readPage(file: string | URL | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function marked(page: string | undefined, savedAt: number | undefined): string | undefined {
  return savedAt === undefined ? page : page?.replace('<html ', `<html data-saved-at="${Number(savedAt)}" `);
}

/** What a page may run, look like and ask: what stands in it, and its own origin. */
function policyOf(page: string): string {
  const hashes: Readonly<Record<'script' | 'style', string[]>> = { script: [], style: [] };
  for (const [, name = '', text = ''] of page.matchAll(/<(script|style)\b[^>]*>(.*?)<\/\1\s*>/gis)) {
    const element = name.toLowerCase() === 'script' ? 'script' : 'style';
    // The parser makes one line break of each before anything is hashed.
    const hash = createHash('sha256').update(text.replace(/\r\n?/g, '\n')).digest('base64');
    hashes[element].push(`'sha256-${hash}'`);
  }
  const listed = (values: readonly string[]) => values.join(' ') || "'none'";
  return [
    "default-src 'none'",
    `script-src ${listed(hashes.script)}`,
    `style-src ${listed(hashes.style)}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
