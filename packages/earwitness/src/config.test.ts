import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfig, resolveStackParameters, type StackContext } from './config.ts';
import { findConfigFile, loadConfigFile } from './config-file.ts';
import { ConfigurationError } from './errors.ts';

const parse = (value: unknown) => parseConfig(value, 'earwitness.config.ts');

test('a whole configuration is taken as it is', () => {
  const config = {
    cache: 'c',
    topic: 't',
    transport: 'momento-http',
    timeoutMs: 3000,
    journalMaxBytes: 268_435_456,
    momentoKey: 'v2',
    momentoLocal: 8081,
    unserved: { '*': 'refuse', 'AWS::SNS::Topic': 'stand-in' },
    standIns: { Users: { Arn: 'arn:aws:x' } },
    isolation: { Orders: 'process' },
    answers: { 'ses:SendEmail': () => ({}), 's3:ListBuckets': {} },
    upstream: { 'cognito-idp': 'http://127.0.0.1:9229' },
    stacks: {
      orders: { template: 'template.yaml', tags: { team: 'a' } },
      momento: { template: 'm.yaml', parameters: () => ({}), capabilities: ['CAPABILITY_IAM'] },
    },
  };
  expect(parse(config)).toBe(config);
});

test('a mistake is named with its place', () => {
  const message = (value: unknown) => {
    try {
      parse(value);
    } catch (error) {
      return error instanceof ConfigurationError ? error.message : String(error);
    }
    return 'no error';
  };
  expect([
    message(undefined),
    message({ stack: {} }),
    message({ stacks: { orders: {} } }),
    message({ stacks: { orders: { template: 't', parameter: {} } } }),
    message({ stacks: { orders: { template: 't', parameters: { Size: 3 } } } }),
    message({ timeoutMs: '5s' }),
    message({ journalMaxBytes: '64 MB' }),
    message({ isolation: 'thread' }),
    message({ isolation: { Orders: true } }),
    message({ momentoKey: 'v3' }),
    message({ momentoLocal: '8080' }),
    message({ momentoLocal: 80_800 }),
    message({ unserved: 'ignore' }),
    message({ unserved: { '*': 'skip' } }),
    message({ standIns: { Users: { Arn: 7 } } }),
    message({ answers: { GetItem: {} } }),
    message({ answers: { 'ses:SendEmail': 7 } }),
    message({ upstream: { sqs: 9324 } }),
    message({ upstream: { sqs: 'localhost:9324' } }),
    message({ transport: 'sns' }),
    message({ canary: {} }),
    message({ contracts: 'events.lock.json' }),
    message({ contracts: { types: 'events.ts' } }),
    message({ contracts: { lock: 'events.lock.json', check: true } }),
  ]).toEqual([
    'earwitness.config.ts: the default export must be an object.',
    'earwitness.config.ts has a field "stack", which is not one of stacks, given, relay, hosts, origins, momentoKey, momentoLocal, journalMaxBytes, isolation, backbone, data, unserved, standIns, answers, upstream, cache, topic, topics, buses, topicArns, transport, timeoutMs, canary, contracts.',
    'earwitness.config.ts: stacks.orders.template must be a path.',
    'earwitness.config.ts: stacks.orders has a field "parameter", which is not one of template, parameters, capabilities, tags.',
    'earwitness.config.ts: stacks.orders.parameters.Size is a number, but a parameter is a string.',
    'earwitness.config.ts: timeoutMs must be a number of milliseconds, 0 or more, but is "5s".',
    'earwitness.config.ts: journalMaxBytes must be a number.',
    "earwitness.config.ts: isolation must be 'worker' or 'process', or say it of functions: { Orders: 'process' }.",
    "earwitness.config.ts: isolation['Orders'] must be 'worker' or 'process'.",
    'earwitness.config.ts: momentoKey can be legacy, v1, v2.',
    'earwitness.config.ts: momentoLocal must be true, false or a port from 0 to 65535.',
    'earwitness.config.ts: momentoLocal must be true, false or a port from 0 to 65535.',
    "earwitness.config.ts: unserved must be 'stand-in' or 'refuse', or say it of types and services.",
    "earwitness.config.ts: unserved['*'] must be 'stand-in' or 'refuse'.",
    "earwitness.config.ts: standIns['Users'] must have strings as values.",
    "earwitness.config.ts: answers: 'GetItem' must be a service and an operation: 'ses:SendEmail'.",
    "earwitness.config.ts: answers['ses:SendEmail'] must be an object.",
    "earwitness.config.ts: upstream['sqs'] must be an address such as http://127.0.0.1:9229.",
    "earwitness.config.ts: upstream['sqs'] must be an address such as http://127.0.0.1:9229.",
    'earwitness.config.ts: transport can be momento, momento-http, appsync-events.',
    'earwitness.config.ts: canary.bus must be the name of a bus, or a list of names.',
    'earwitness.config.ts: contracts must be an object.',
    'earwitness.config.ts: contracts.lock must be a path.',
    'earwitness.config.ts: contracts has a field "check", which is not one of lock, types.',
  ]);
});

test('parameters are made of the environment and of the outputs before', () => {
  const stack = {
    template: 'm.yaml',
    parameters: ({ env, outputs }: StackContext) => ({
      Bus: outputs['orders']?.['BusName'],
      Topic: env['TOPIC_NAME'],
    }),
  };
  const context = { env: { TOPIC_NAME: 'e2e' }, outputs: { orders: { BusName: 'orders-bus' } } };
  expect(resolveStackParameters('momento', stack, context)).toEqual({ Bus: 'orders-bus', Topic: 'e2e' });
  expect(() => resolveStackParameters('momento', stack, { ...context, outputs: { orders: { Url: '' } } })).toThrow(
    new ConfigurationError(
      'stacks.momento.parameters.Bus is undefined, but a parameter is a string. Outputs so far: orders: Url.',
    ),
  );
});

test('the file is found from a folder below, and TypeScript is read whatever the Node', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'earwitness-config-'));
  try {
    await writeFile(join(folder, 'stack.ts'), 'export const template: string = "template.yaml";');
    await writeFile(
      join(folder, 'earwitness.config.ts'),
      'import { template } from "./stack.ts"; enum Kind { A = "a" }\nexport default { topic: Kind.A as string, stacks: { orders: { template } } };',
    );
    const file = findConfigFile(join(folder, 'some', 'where'));
    expect(file).toBe(join(folder, 'earwitness.config.ts'));
    expect(await loadConfigFile(file ?? '')).toEqual({
      file,
      folder,
      config: { topic: 'a', stacks: { orders: { template: 'template.yaml' } } },
    });
    await writeFile(join(folder, 'earwitness.config.ts'), 'export default {');
    await expect(loadConfigFile(file ?? '')).rejects.toThrow(ConfigurationError);
  } finally {
    await rm(folder, { recursive: true });
  }
});
