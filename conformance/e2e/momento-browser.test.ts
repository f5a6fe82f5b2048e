// Momento's browser SDK in Chromium: the cells of the matrix that need one. The certificate is trusted by the flag that
// `earwitness ca --chromium` prints; the machine's own store of certificates is left alone.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Local, startLocal } from '@earwitness/local';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from '../chromium.ts';
import { beginning, cellsOf, MATRIX, WAYS } from '../momento-clients/matrix.ts';
import { earwitness } from './run.ts';

const ENTRY = `
  import * as sdk from '@gomomento/sdk-web';
  import { tryClient } from './try-client.mjs';
  globalThis.tryCell = (env, cell) => tryClient(sdk, env, cell);
`;

describe.skipIf(!hasChromium)('@gomomento/sdk-web in Chromium', () => {
  let local: Local;
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    local = await startLocal();
    const resolveDir = fileURLToPath(new URL('../momento-clients', import.meta.url));
    const bundle = await build({
      stdin: { contents: ENTRY, resolveDir },
      bundle: true,
      write: false,
      define: { global: 'globalThis' },
    });
    server = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(
        `<!doctype html><title>page</title><script>${bundle.outputFiles[0]?.text.replaceAll('</script', '<\\/script')}</script>`,
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const trusted = (await earwitness(['ca', '--chromium'])).stdout.trim();
    expect(trusted).toMatch(/^--ignore-certificate-errors-spki-list=[\w+/]{43}=$/);
    browser = await launchChromium([trusted]);
  });

  afterAll(async () => {
    await browser.close();
    server.close();
    await local.close();
  });

  const [row] = MATRIX.filter(({ place }) => place === 'Chromium');
  const cells = WAYS.flatMap((way) => (row ? cellsOf(row, way) : []));

  test.each(cells)('by $way with $form', async (cell) => {
    const page = await browser.newPage();
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
    const order = [local.env, { ...cell, isWeb: true }].map((part) => JSON.stringify(part)).join(', ');
    const answer: string = await page.evaluate(`tryCell(${order})`);
    await page.close();
    expect(beginning(answer, cell)).toBe(cell.expected);
  });
});
