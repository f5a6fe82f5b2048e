// Momento's web SDK, which speaks gRPC-web text through XMLHttpRequest. Node has none, so the test brings a small one
// that stands on fetch and streams.
import { CredentialProvider, TopicClient, TopicConfigurations, TopicPublish, TopicSubscribe } from '@gomomento/sdk-web';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Local, startLocalWith } from '../../local.ts';
import { createTopicsService } from './service.ts';

/** As much of XMLHttpRequest as grpc-web uses. */
class StreamingRequest {
  readyState = 0;
  status = 0;
  statusText = '';
  response = '';
  responseText = '';
  responseType = '';
  withCredentials = false;
  onreadystatechange: (() => void) | null = null;
  readonly #abort = new AbortController();
  readonly #sent: Record<string, string> = {};
  #method = '';
  #url = '';
  #received = new Headers();

  open(method: string, url: string): void {
    [this.#method, this.#url] = [method, url];
    this.#move(1);
  }

  setRequestHeader(name: string, value: string): void {
    this.#sent[name] = value;
  }

  getResponseHeader(name: string): string | null {
    return this.#received.get(name);
  }

  getAllResponseHeaders(): string {
    return [...this.#received].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  }

  async send(body: string): Promise<void> {
    try {
      const init = { method: this.#method, headers: this.#sent, body, signal: this.#abort.signal };
      const answer = await fetch(this.#url, init);
      [this.status, this.statusText, this.#received] = [answer.status, answer.statusText, answer.headers];
      this.#move(2);
      for await (const chunk of answer.body ?? []) {
        this.responseText += Buffer.from(chunk).toString('latin1');
        this.response = this.responseText;
        this.#move(3);
      }
    } catch {
      this.status = 0;
    }
    this.#move(4);
  }

  abort(): void {
    this.#abort.abort();
  }

  #move(readyState: number): void {
    this.readyState = readyState;
    this.onreadystatechange?.();
  }
}

let local: Local;
let topics: TopicClient;

beforeAll(async () => {
  vi.stubGlobal('XMLHttpRequest', StreamingRequest);
  vi.stubGlobal('navigator', { userAgent: 'test' });
  local = await startLocalWith([createTopicsService({ secret: 's3cret', caches: ['orders'] })]);
  const endpoints = { cacheEndpoint: local.url, controlEndpoint: local.url, tokenEndpoint: local.url };
  const credentialProvider = CredentialProvider.forMomentoLocal({ endpointOverrides: endpoints });
  topics = new TopicClient({ configuration: TopicConfigurations.Default.latest(), credentialProvider });
});

afterAll(async () => {
  vi.unstubAllGlobals();
  await local.close();
});

test('text and bytes published by the web SDK arrive at the web SDK', async () => {
  const heard: unknown[] = [];
  let wake = () => {};
  const both = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const subscription = await topics.subscribe('orders', 'created', {
    onItem: (item) => {
      heard.push([item.sequenceNumber(), item.value()]);
      if (heard.length === 2) wake();
    },
  });
  if (!(subscription instanceof TopicSubscribe.Subscription)) throw subscription;
  expect(await topics.publish('orders', 'created', '{"name":"naïve 🦉"}')).toBeInstanceOf(TopicPublish.Success);
  expect(await topics.publish('orders', 'created', new Uint8Array([0, 255]))).toBeInstanceOf(TopicPublish.Success);
  await both;
  expect(heard).toEqual([
    [1, '{"name":"naïve 🦉"}'],
    [2, new Uint8Array([0, 255])],
  ]);
  subscription.unsubscribe();
});

test('refusals reach the web SDK with their code', async () => {
  const published = await topics.publish('nowhere', 'created', 'x');
  const subscribed = await topics.subscribe('nowhere', 'created', {});
  expect([published, subscribed].map((answer) => 'errorCode' in answer && answer.errorCode())).toEqual([
    'NOT_FOUND_ERROR',
    'NOT_FOUND_ERROR',
  ]);
});
