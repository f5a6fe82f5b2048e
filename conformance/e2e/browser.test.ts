// Web pages in Chromium against a local cloud: one under a foreign name that leads to this machine, as DNS rebinding makes it, and one
// on localhost. What they try is harmless: to make a queue, to read a list.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Local, startLocal } from '@earwitness/local';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from '../chromium.ts';

const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Globals:
  HttpApi: {CorsConfiguration: {AllowOrigins: ['*'], AllowMethods: ['*'], AllowHeaders: ['*']}}
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs20.x
      Handler: index.handler
      InlineCode: "exports.handler = async () => ({ statusCode: 200, body: 'hello' });"
      Events: {Http: {Type: HttpApi, Properties: {Path: /hello, Method: ANY}}}
Outputs:
  Url: {Value: !Sub 'https://\${ServerlessHttpApi}.execute-api.\${AWS::Region}.amazonaws.com/hello'}
`;

/** What a page's script does for the test: it may come from anywhere. */
const PAGE = `<!doctype html><title>page</title><iframe name="answer"></iframe><script>
  // A form is sent into the frame, which any page may do without asking.
  function submitForm(action, fields) {
    const form = Object.assign(document.createElement('form'), { method: 'post', action, target: 'answer' });
    for (const [name, value] of Object.entries(fields)) {
      form.append(Object.assign(document.createElement('input'), { name, value }));
    }
    document.body.append(form);
    form.submit();
  }
  // What the script gets to see: status and text, or that the browser kept the answer back.
  function tryFetch(url, options) {
    return fetch(url, options).then(
      async (response) => response.status + ' ' + (await response.text()).slice(0, 80),
      (error) => error.name,
    );
  }
</script>`;

/** Serves that page under any name and path. */
function servePages(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end(PAGE);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ server, port: (server.address() as AddressInfo).port }));
  });
}

describe.skipIf(!hasChromium)('web pages', () => {
  let local: Local;
  let pages: Awaited<ReturnType<typeof servePages>>;
  let browser: Browser;
  let apiUrl = '';
  let sqs: SQSClient;

  beforeAll(async () => {
    local = await startLocal({ hosts: ['cloud.test'] });
    ({ Url: apiUrl = '' } = await local.deploy({ name: 'hello', template: TEMPLATE }));
    pages = await servePages();
    browser = await launchChromium(['--host-resolver-rules=MAP evil.example 127.0.0.1, MAP cloud.test 127.0.0.1']);
    sqs = new SQSClient({
      endpoint: local.url,
      region: local.env.AWS_REGION,
      credentials: { accessKeyId: local.env.AWS_ACCESS_KEY_ID, secretAccessKey: 'x' },
    });
  });

  afterAll(async () => {
    sqs.destroy();
    await browser.close();
    pages.server.close();
    await local.close();
  });

  const queues = async () =>
    (await sqs.send(new ListQueuesCommand({}))).QueueUrls?.map((url) => url.split('/').at(-1)) ?? [];

  async function withPage<Result>(host: string, work: (page: Page) => Promise<Result>): Promise<Result> {
    const page = await browser.newPage();
    try {
      await page.goto(`http://${host}:${pages.port}/`);
      return await work(page);
    } finally {
      await page.close();
    }
  }

  async function submitForm(page: Page, action: string, fields: Readonly<Record<string, string>>): Promise<number> {
    const answered = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.evaluate(`submitForm(${JSON.stringify(action)}, ${JSON.stringify(fields)})`);
    return (await answered).status();
  }

  function fetchIn(page: Page, url: string, options: object = {}): Promise<string> {
    return page.evaluate(`tryFetch(${JSON.stringify(url)}, ${JSON.stringify(options)})`);
  }

  const createQueue = (name: string) => ({ Action: 'CreateQueue', Version: '2012-11-05', QueueName: name });
  const queryOf = (fields: Readonly<Record<string, string>>) => new URLSearchParams(fields).toString();

  test("a foreign page's image changes nothing, under no name of ours", async () => {
    const before = local.journal.read().at(-1)?.seq ?? 0;
    const { port } = new URL(local.url);
    await withPage('evil.example', async (page) => {
      for (const name of ['cloud.test', '127.0.0.1']) {
        const src = `http://${name}:${port}/?${queryOf(createQueue('by-image'))}`;
        const end = 'image.onload = image.onerror = resolve';
        await page.evaluate(`new Promise((resolve) => { const image = new Image(); ${end}; image.src = '${src}'; })`);
      }
    });
    expect(await queues()).toEqual([]);
    const refused = local.journal.read({ after: before }).filter((fact) => fact.kind === 'request.refused');
    expect(refused.map(({ method, path, host }) => `${method} ${path} for ${host}`)).toEqual([
      `GET / for cloud.test:${port}`,
      `GET / for 127.0.0.1:${port}`,
    ]);
  });

  test("a foreign page's form and scripts change nothing, and its refusals stand in the journal", async () => {
    const before = local.journal.read().at(-1)?.seq ?? 0;
    const answers = await withPage('evil.example', async (page) => [
      await submitForm(page, `${local.url}/`, createQueue('by-form')),
      await fetchIn(page, `${local.url}/`, {
        method: 'POST',
        body: new URLSearchParams(createQueue('by-fetch')).toString(),
        mode: 'no-cors',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
      await fetchIn(page, `${local.url}/?${queryOf(createQueue('by-image'))}`, { mode: 'no-cors' }),
      await fetchIn(page, `${local.url}/_earwitness/journal`),
      await fetchIn(page, `${local.url}/`, { method: 'POST', headers: { 'x-amz-target': 'AmazonSQS.ListQueues' } }),
    ]);
    // A script sees of a `no-cors` request neither status nor text: `0 `.
    expect(answers).toEqual([403, '0 ', '0 ', 'TypeError', 'TypeError']);
    expect(await queues()).toEqual([]);
    const refused = local.journal.read({ after: before }).filter((fact) => fact.kind === 'request.refused');
    expect(refused.map(({ door, method, path }) => `${door} ${method} ${path}`)).toEqual([
      'aws POST /',
      'aws POST /',
      'aws GET /',
      'admin GET /_earwitness/journal',
      'aws OPTIONS /',
    ]);
  });

  test('under a foreign name that leads here, no page of the cloud opens at all', async () => {
    const page = await browser.newPage();
    const url = (base: string) => base.replace('127.0.0.1', 'evil.example');
    const statuses = [];
    for (const path of ['/_earwitness/journal', '/?Action=ListQueues&Version=2012-11-05', new URL(apiUrl).pathname]) {
      statuses.push((await page.goto(url(`${local.url}${path}`)))?.status());
    }
    await page.close();
    expect(statuses).toEqual([403, 403, 403]);
  });

  test('a foreign page reaches a deployed API as far as its CORS rules let it, and a link to it opens', async () => {
    const answers = await withPage('evil.example', async (page) => [
      await fetchIn(page, apiUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }),
      (await page.goto(apiUrl))?.status(),
    ]);
    expect(answers).toEqual(['200 hello', 200]);
  });

  test('a page on localhost calls a deployed API, publishes to a topic, and posts a form to AWS', async () => {
    const { MOMENTO_HTTP_ENDPOINT, CACHE_NAME, TOPIC_NAME, MOMENTO_API_KEY } = local.env;
    const answers = await withPage('localhost', async (page) => [
      await fetchIn(page, apiUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }),
      await fetchIn(page, `${MOMENTO_HTTP_ENDPOINT}/topics/${CACHE_NAME}/${TOPIC_NAME}`, {
        method: 'POST',
        headers: { authorization: MOMENTO_API_KEY },
        body: 'hello',
      }),
      await submitForm(page, `${local.url}/`, createQueue('by-a-local-page')),
    ]);
    expect(answers).toEqual(['200 hello', '204 ', 200]);
    expect(await queues()).toEqual(['by-a-local-page']);
  });
});
