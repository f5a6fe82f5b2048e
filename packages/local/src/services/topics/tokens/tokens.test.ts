// Keys and tokens with Momento's own AuthClient and TopicClient, over plaintext HTTP/2.
import {
  AllCaches,
  AllDataReadWrite,
  AllTopics,
  AuthClient,
  AuthClientConfigurations,
  CacheClient,
  CacheRole,
  Configurations,
  CreateCache,
  CredentialProvider,
  DisposableTokenScopes,
  ExpiresIn,
  GenerateApiKey,
  GenerateDisposableToken,
  ListCaches,
  PermissionScopes,
  RefreshApiKey,
  TopicClient,
  TopicConfigurations,
  type TopicItem,
  TopicPublish,
  TopicSubscribe,
} from '@gomomento/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClock, type MovableClock } from '../../../clock/clock.ts';
import { type Local, startLocalWith } from '../../../local.ts';
import { mintToken } from '../key.ts';
import { createTopicsService } from '../service.ts';

const NOW = Date.UTC(2026, 0, 1);
const SECRET = 's3cret';

let local: Local;
let clock: MovableClock;

beforeAll(async () => {
  clock = createClock({ frozenAt: NOW });
  local = await startLocalWith([createTopicsService({ secret: SECRET, caches: ['shop'] })], { clock });
});
afterAll(() => local.close());

/** The key's, but over plaintext: names with `cache.` in front resolve nowhere here. */
function credentials(apiKey: string): CredentialProvider {
  const { host } = new URL(local.url);
  const endpointOverrides = {
    cacheEndpoint: host,
    controlEndpoint: host,
    tokenEndpoint: host,
    secureConnection: false,
  };
  return CredentialProvider.fromString({ apiKey, endpointOverrides });
}

const authOf = (apiKey: string) =>
  new AuthClient({
    credentialProvider: credentials(apiKey),
    configuration: AuthClientConfigurations.Default.latest(),
  });
const topicsOf = (apiKey: string) =>
  new TopicClient({
    credentialProvider: credentials(apiKey),
    configuration: TopicConfigurations.Default.latest(),
  });
const ofAccount = () => authOf(mintToken({ endpoint: 'x:1', secret: SECRET, now: clock.now() }));
const ofSuperUser = () =>
  authOf(mintToken({ endpoint: 'x:1', secret: SECRET, now: clock.now(), permissions: 'super user' }));

async function cachesOf<Result>(apiKey: string, use: (client: CacheClient) => Promise<Result>): Promise<Result> {
  const configuration = Configurations.Laptop.latest();
  const client = await CacheClient.create({
    configuration,
    credentialProvider: credentials(apiKey),
    defaultTtlSeconds: 60,
  });
  try {
    return await use(client);
  } finally {
    client.close();
  }
}

function errorOf(response: unknown): string {
  const isRefused =
    response instanceof GenerateApiKey.Error ||
    response instanceof GenerateDisposableToken.Error ||
    response instanceof RefreshApiKey.Error ||
    response instanceof TopicPublish.Error ||
    response instanceof TopicSubscribe.Error ||
    response instanceof CreateCache.Error ||
    response instanceof ListCaches.Error;
  return isRefused ? response.errorCode() : 'no error';
}

async function keyFrom(auth: AuthClient, scope: Parameters<AuthClient['generateApiKey']>[0], seconds = 60) {
  const made = await auth.generateApiKey(scope, ExpiresIn.seconds(seconds));
  if (!(made instanceof GenerateApiKey.Success)) throw made;
  return made;
}

async function tokenFrom(scope: Parameters<AuthClient['generateDisposableToken']>[0], tokenId?: string) {
  const made = await ofSuperUser().generateDisposableToken(scope, ExpiresIn.minutes(5), {
    ...(tokenId !== undefined && { tokenId }),
  });
  if (!(made instanceof GenerateDisposableToken.Success)) throw made;
  return made;
}

test('a disposable token may do what its scope says, and publishes under its token id', async () => {
  const reader = await tokenFrom(DisposableTokenScopes.topicSubscribeOnly('shop', 'orders'));
  const writer = await tokenFrom(DisposableTokenScopes.topicPublishOnly('shop', 'orders'), 'mara');
  expect(reader.expiresAt.epoch()).toBe(NOW / 1000 + 300);

  const items: TopicItem[] = [];
  const heard = new Promise<void>((resolve) => {
    void topicsOf(reader.authToken).subscribe('shop', 'orders', {
      onItem(item) {
        items.push(item);
        subscribed?.unsubscribe();
        resolve();
      },
    });
  });
  const opened = new Promise((resolve) =>
    local.journal.listen((fact) => fact.kind === 'subscription.opened' && resolve(fact)),
  );
  let subscribed: TopicSubscribe.Subscription | undefined;
  await opened;
  const written = topicsOf(writer.authToken);
  expect(await written.publish('shop', 'orders', 'x')).toBeInstanceOf(TopicPublish.Success);
  await heard;
  expect(items.map((item) => [item.valueString(), item.tokenId()])).toEqual([['x', 'mara']]);

  expect(errorOf(await topicsOf(reader.authToken).publish('shop', 'orders', 'x'))).toBe('PERMISSION_ERROR');
  expect(errorOf(await written.subscribe('shop', 'orders', {}))).toBe('PERMISSION_ERROR');
  expect(errorOf(await written.publish('shop', 'others', 'x'))).toBe('PERMISSION_ERROR');
  expect(errorOf(await written.publish('other', 'orders', 'x'))).toBe('PERMISSION_ERROR');
});

test('caches are managed by super users only', async () => {
  const { apiKey } = await keyFrom(ofAccount(), AllDataReadWrite);
  expect(await cachesOf(apiKey, async (client) => errorOf(await client.createCache('mine')))).toBe('PERMISSION_ERROR');
  expect(await cachesOf(apiKey, async (client) => errorOf(await client.listCaches()))).toBe('PERMISSION_ERROR');
});

// Source: client-sdk-javascript, auth-client tests.
test('a super user makes keys of items and topics, and no super users; nobody else makes any', async () => {
  const superUser = ofSuperUser();
  const { apiKey } = await keyFrom(superUser, AllDataReadWrite);
  const more = await authOf(apiKey).generateApiKey(AllDataReadWrite, ExpiresIn.never());
  const token = await authOf(apiKey).generateDisposableToken(
    DisposableTokenScopes.topicSubscribeOnly('shop', 'orders'),
    ExpiresIn.minutes(5),
  );
  expect([errorOf(more), errorOf(token)]).toEqual(['PERMISSION_ERROR', 'PERMISSION_ERROR']);
  const never = await superUser.generateApiKey(
    PermissionScopes.topicPublishOnly(AllCaches, AllTopics),
    ExpiresIn.never(),
  );
  if (!(never instanceof GenerateApiKey.Success)) throw never;
  expect(never.expiresAt.doesExpire()).toBe(false);
});

test('permissions that are none, or contradict one another, are refused', async () => {
  const cache = 'shop';
  const both = [
    { role: CacheRole.ReadOnly, cache },
    { role: CacheRole.ReadWrite, cache: { name: cache } },
  ];
  const scopes = [{ permissions: [] }, { permissions: both }];
  const made = scopes.map(async (scope) => errorOf(await ofAccount().generateApiKey(scope, ExpiresIn.hours(1))));
  expect(await Promise.all(made)).toEqual(['INVALID_ARGUMENT_ERROR', 'INVALID_ARGUMENT_ERROR']);
});

// Source: docs.momentohq.com/auth/limits: 25 hours, 20 statements.
test('a token is good for 25 hours at most, and has 20 permissions at most', async () => {
  const scope = DisposableTokenScopes.topicSubscribeOnly('shop', 'orders');
  const longest = await ofSuperUser().generateDisposableToken(scope, ExpiresIn.hours(25));
  const longer = await ofSuperUser().generateDisposableToken(scope, ExpiresIn.seconds(25 * 3600 + 1));
  const permissions = Array.from({ length: 21 }, (_, n) => ({ role: CacheRole.ReadOnly, cache: `shop-${n}` }));
  const larger = await ofSuperUser().generateDisposableToken({ permissions }, ExpiresIn.hours(1));
  expect([longest, longer, larger].map(errorOf)).toEqual([
    'no error',
    'INVALID_ARGUMENT_ERROR',
    'INVALID_ARGUMENT_ERROR',
  ]);
});

test('a key is refreshed by its own refresh token while it is good, for as long as it was', async () => {
  const made = await keyFrom(ofAccount(), PermissionScopes.topicPublishOnly('shop', 'orders'), 60);
  const other = await keyFrom(ofAccount(), PermissionScopes.topicPublishOnly('shop', 'others'), 60);
  await clock.advance(20_000);
  const refreshed = await authOf(made.apiKey).refreshApiKey(made.refreshToken);
  if (!(refreshed instanceof RefreshApiKey.Success)) throw refreshed;
  expect(refreshed.expiresAt.epoch() - made.expiresAt.epoch()).toBe(20);
  expect(errorOf(await authOf(made.apiKey).refreshApiKey(other.refreshToken))).toBe('INVALID_ARGUMENT_ERROR');
  await clock.advance(40_000);
  expect(errorOf(await authOf(made.apiKey).refreshApiKey(made.refreshToken))).toBe('AUTHENTICATION_ERROR');
  expect(errorOf(await topicsOf(made.apiKey).publish('shop', 'orders', 'x'))).toBe('AUTHENTICATION_ERROR');
  expect(await topicsOf(refreshed.apiKey).publish('shop', 'orders', 'x')).toBeInstanceOf(TopicPublish.Success);
  expect(errorOf(await topicsOf(refreshed.apiKey).publish('shop', 'others', 'x'))).toBe('PERMISSION_ERROR');
});

test('a refresh token is no key', async () => {
  const { apiKey, refreshToken } = await keyFrom(ofAccount(), AllDataReadWrite);
  const inner = JSON.parse(Buffer.from(apiKey, 'base64').toString());
  const wrapped = Buffer.from(JSON.stringify({ ...inner, api_key: refreshToken })).toString('base64');
  expect(errorOf(await topicsOf(wrapped).publish('shop', 'orders', 'x'))).toBe('AUTHENTICATION_ERROR');
});
