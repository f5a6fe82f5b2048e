import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Local, startLocalWith } from '../../local.ts';

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'earwitness-'));
});
afterAll(() => rm(home, { recursive: true }));

let local: Local;
beforeEach(async () => {
  local = await startLocalWith([], { home, console: join(home, 'console.html') });
});
afterEach(() => local.close());

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What no fetch may send is sent here: the headers by which a browser says who asks. */
function open(path: string, headers: Readonly<Record<string, string>> = BROWSER): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(`${local.url}${path}`, { headers }, async (response) => {
      let body = '';
      for await (const chunk of response.setEncoding('utf8')) body += chunk;
      resolve({ status: response.statusCode, headers: response.headers, body });
    })
      .on('error', reject)
      .end();
  });
}

const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

test('a browser gets the console, which may run what stands in it and ask where it came from', async () => {
  const script = 'const a = "<style>";\n';
  const style = '\nbody { margin: 0 }\n';
  const page = `<!doctype html><style>${style}</style><div id="a"></div><script type="module">${script}</script>`;
  await writeFile(join(home, 'console.html'), page);
  const { status, headers, body } = await open('/_earwitness/');
  expect([status, body]).toEqual([200, page]);
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(headers['content-security-policy']).toBe(
    `default-src 'none'; script-src ${sha256(script)}; style-src ${sha256(style)}; connect-src 'self'; img-src data:; ` +
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  expect(headers['x-frame-options']).toBe('DENY');
});

test('the console is read when it is opened, so one that was built meanwhile is shown', async () => {
  await rm(join(home, 'console.html'), { force: true });
  expect((await open('/_earwitness')).body).toMatch(/^The console is not built in this checkout: npm run build/);
  await writeFile(join(home, 'console.html'), '<p>built');
  expect((await open('/_earwitness')).body).toBe('<p>built');
});

test('who is no browser gets text, though the console is there', async () => {
  await writeFile(join(home, 'console.html'), '<p>built');
  const { headers, body } = await open('/_earwitness', { accept: '*/*' });
  expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(body).toMatch(/^Earwitness, a local cloud/);
});

// A page of evidence is a file, whose links a browser calls cross-site.
test('a link on any page leads to the console, and nothing else on it does', async () => {
  const followed = { ...BROWSER, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
  expect((await open('/_earwitness', { ...followed, 'sec-fetch-dest': 'document' })).status).toBe(200);
  expect((await open('/_earwitness', { ...followed, 'sec-fetch-dest': 'iframe' })).status).toBe(403);
  expect((await open('/_earwitness/state', { ...followed, 'sec-fetch-dest': 'document' })).status).toBe(403);
  expect((await open('/_earwitness', { ...BROWSER, origin: 'https://evil.example' })).status).toBe(403);
  expect((await open('/_earwitness', { ...BROWSER, host: 'evil.example' })).status).toBe(403);
});
