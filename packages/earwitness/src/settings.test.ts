import { expect, test } from 'vitest';
import { ConfigurationError } from './errors.ts';
import { demand, resolveSettings } from './settings.ts';
import { subscribe } from './subscribe.ts';

test('an option beats the environment, the environment beats the file, the file beats the default', () => {
  const environment = { CACHE_NAME: 'from env', EARWITNESS_TIMEOUT_MS: '3000', EARWITNESS_CANARY_BUS: 'bus of env' };
  const file = { cache: 'from file', topic: 'from file', timeoutMs: 2000, canary: { bus: 'bus of file' } };
  expect(resolveSettings({ timeoutMs: 1000 }, environment, file)).toMatchObject({
    cache: 'from env',
    topics: ['from file'],
    timeoutMs: 1000,
    canary: { bus: 'bus of env' },
  });
  expect(resolveSettings({}, environment, file).timeoutMs).toBe(3000);
  expect(resolveSettings({}, {}, file)).toMatchObject({ timeoutMs: 2000, canary: { bus: 'bus of file' } });
  expect(resolveSettings({}, {})).toMatchObject({ timeoutMs: 3000, keep: 100_000, canary: undefined });
});

test('an empty variable counts as not set', () => {
  expect(resolveSettings({}, { CACHE_NAME: '' }, { cache: 'from file' }).cache).toBe('from file');
  expect(resolveSettings({}, { EARWITNESS_TIMEOUT_MS: ' ' }, { timeoutMs: 2000 }).timeoutMs).toBe(2000);
});

test('a value that makes no sense is refused with its name', () => {
  const refused = (shown: string) =>
    new ConfigurationError(
      `subscribe(): timeoutMs (EARWITNESS_TIMEOUT_MS) must be a number of milliseconds, 0 or more, but is ${shown}.`,
    );
  expect(() => resolveSettings({}, { EARWITNESS_TIMEOUT_MS: 'soon' })).toThrow(refused('"soon"'));
  expect(() => resolveSettings({ timeoutMs: -1 }, {})).toThrow(refused('-1'));
  expect(() => resolveSettings({}, {}, { timeoutMs: Number.NaN })).toThrow(refused('NaN'));
  expect(resolveSettings({}, { EARWITNESS_TIMEOUT_MS: '1e10' }).timeoutMs).toBe(1e10);
  expect(() => resolveSettings({}, { EARWITNESS_TRANSPORT: 'sns' })).toThrow(
    new ConfigurationError('EARWITNESS_TRANSPORT is "sns"; it can be momento, momento-http, appsync-events.'),
  );
});

test('what is missing is named with the variable that would set it', async () => {
  expect(() => demand(resolveSettings({ cache: 'c' }, {}), 'apiKey', 'cache', 'topics')).toThrow(
    new ConfigurationError(
      'subscribe() does not know its apiKey (or MOMENTO_API_KEY in the environment), topics (or TOPIC_NAME in the environment). Run the tests under "earwitness exec -- …", or set them for the real cloud.',
    ),
  );
  await expect(subscribe()).rejects.toThrow(ConfigurationError);
});

test('topics are a list: from the option, from the environment with commas, from the file', () => {
  const environment = { TOPIC_NAME: 'orders, payments', EARWITNESS_CANARY_BUS: 'orders,billing' };
  expect(resolveSettings({}, environment)).toMatchObject({
    topics: ['orders', 'payments'],
    buses: [],
    canary: { bus: ['orders', 'billing'] },
  });
  // A name is taken as it is where it is one name.
  expect(resolveSettings({ topic: 'a,b' }, environment).topics).toEqual(['a,b']);
  expect(resolveSettings({ topics: ['a', 'b'] }, environment).topics).toEqual(['a', 'b']);
  expect(resolveSettings({}, {}, { topics: ['of', 'file'] }).topics).toEqual(['of', 'file']);
  expect(() => resolveSettings({ topics: [] }, environment)).toThrow(
    new ConfigurationError(
      'subscribe(): topics is an empty list: nothing would be heard. Leave it out, or name topics or buses.',
    ),
  );
  expect(() => resolveSettings({ topic: 'a', topics: ['b'] }, {})).toThrow(
    new ConfigurationError('subscribe() has both "topic" and "topics"; one of them says it all.'),
  );
});

test('buses stand in for topics that the environment names, and beside topics that the call names', () => {
  const environment = { TOPIC_NAME: 'events', EARWITNESS_BUSES: 'orders' };
  expect(resolveSettings({}, environment)).toMatchObject({ topics: [], buses: ['orders'] });
  expect(resolveSettings({ buses: ['billing'] }, environment)).toMatchObject({ topics: [], buses: ['billing'] });
  expect(resolveSettings({ topic: 'mine' }, environment)).toMatchObject({ topics: ['mine'], buses: ['orders'] });
  expect(resolveSettings({}, {}, { topic: 'events', buses: ['orders'] })).toMatchObject({
    topics: [],
    buses: ['orders'],
  });
});

test('a bus that cannot be one is refused, before anything is connected', () => {
  const environment = { TOPIC_NAME: 'events' };
  const subscribeTo = (bus: unknown) => () => resolveSettings({ bus: bus as string }, environment);
  const refused = (shown: string) =>
    new ConfigurationError(`subscribe(): bus must be the name of a bus, a text that is not empty, but is ${shown}.`);
  expect(subscribeTo('')).toThrow(refused('""'));
  expect(subscribeTo(['a'])).toThrow(refused('["a"]'));
  expect(subscribeTo(null)).toThrow(refused('null'));
  const heard = (buses: unknown) => () => resolveSettings({ buses: buses as string[] }, environment);
  const list = (shown: string) =>
    new ConfigurationError(`subscribe(): buses must be a list of names of buses, none of them empty, but is ${shown}.`);
  expect(heard('orders')).toThrow(list('"orders"'));
  expect(heard(['orders', ''])).toThrow(list('["orders", ""]'));
});

test('of two buses that share a variable, each is found in the list of topics, which tells them apart', () => {
  const TOPIC_NAME = 'events@pay.bus-2,events@pay_bus-2';
  const environment = { TOPIC_NAME, TOPIC_NAME_PAY_BUS2: 'events@pay_bus-2' };
  expect(resolveSettings({ bus: 'pay.bus-2' }, environment).topics).toEqual(['events@pay.bus-2']);
  expect(resolveSettings({ bus: 'pay_bus-2' }, environment).topics).toEqual(['events@pay_bus-2']);
});

test('a variable that leads to the topic of another bus in the list is not followed', () => {
  const environment = { TOPIC_NAME: 'events@pay_bus-2,events@orders', TOPIC_NAME_PAY_BUS2: 'events@pay_bus-2' };
  expect(() => resolveSettings({ bus: 'pay.bus-2' }, environment)).toThrow(
    new ConfigurationError(
      'subscribe({ bus: "pay.bus-2" }) finds no topic for this bus: TOPIC_NAME_PAY_BUS2 has that of pay_bus-2, and TOPIC_NAME has those of pay_bus-2, orders. Relay the bus with "earwitness exec --relay=pay.bus-2 -- …", or set TOPIC_NAME_PAY_BUS2 to the topic that it is relayed to.',
    ),
  );
});

test('the variable names the topic of a bus that the list does not name', () => {
  const environment = { TOPIC_NAME: 'events', TOPIC_NAME_ORDERS_BUS: 'events' };
  expect(resolveSettings({ bus: 'orders-bus' }, environment).topics).toEqual(['events']);
});

test('SNS topics stand in for the topic that the environment names, unless both are named', () => {
  const arns = ['arn:aws:sns:eu-west-1:123456789012:a', 'arn:aws:sns:eu-west-1:123456789012:b'];
  const environment = { TOPIC_NAME: 'events', EARWITNESS_TOPIC_ARNS: arns.join(', ') };
  const heard = ({ topics, topicArns }: ReturnType<typeof resolveSettings>) => ({ topics, topicArns });
  expect(heard(resolveSettings({}, environment))).toEqual({ topics: [], topicArns: arns });
  expect(heard(resolveSettings({ topic: 'events' }, environment))).toEqual({ topics: ['events'], topicArns: arns });
  expect(heard(resolveSettings({ topicArns: [] }, environment))).toEqual({ topics: ['events'], topicArns: [] });
  expect(heard(resolveSettings({}, {}, { topicArns: arns }))).toEqual({ topics: [], topicArns: arns });
  expect(() => resolveSettings({ topicArns: [''] }, {})).toThrow(
    new ConfigurationError('subscribe(): topicArns must be a list of ARNs of SNS topics, but is [""].'),
  );
});
