import { beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../../cloud.ts';
import { createTestCloud, refusalOf, testCall } from '../../../test-cloud.ts';
import { createSecretsManagerService } from '../../secretsmanager/service.ts';
import { readDynamicReferences } from './dynamic-reference.ts';

let cloud: Cloud;
let arn: string;
beforeEach(async () => {
  cloud = createTestCloud(createSecretsManagerService);
  const input = { Name: 'prod/token', SecretString: '{"key":"k1","nested":{"a":1}}' };
  arn = (await cloud.dispatch.call('secretsmanager', 'CreateSecret', input, testCall)).ARN ?? '';
});

const read = (value: string) =>
  readDynamicReferences({ list: [value] }, { ...cloud, call: { ...testCall, requestId: 'r' } });

test('a secret is read whole, by JSON key, by name and by ARN, and put into the text around it', async () => {
  const whole = '{"key":"k1","nested":{"a":1}}';
  expect(await read('{{resolve:secretsmanager:prod/token}}')).toEqual({ list: [whole] });
  expect(await read('{{resolve:secretsmanager:prod/token:SecretString}}')).toEqual({ list: [whole] });
  expect(await read('a {{resolve:secretsmanager:prod/token:SecretString:key}} b')).toEqual({ list: ['a k1 b'] });
  expect(await read(`{{resolve:secretsmanager:${arn}:SecretString:nested}}`)).toEqual({ list: ['{"a":1}'] });
  expect(await read('{{resolve:secretsmanager:prod/token:SecretString:key:AWSCURRENT}}')).toEqual({ list: ['k1'] });
});

test('texts without references stay', async () => {
  expect(await read('{{resolve:other:x}} {{x}}')).toEqual({ list: ['{{resolve:other:x}} {{x}}'] });
});

test('a secret that is not there, and a key that it does not have, are refused', async () => {
  expect(await refusalOf(read('{{resolve:secretsmanager:gone}}'))).toMatch(/^ResourceNotFoundException: /);
  expect(await refusalOf(read('{{resolve:secretsmanager:prod/token:SecretString:other}}'))).toBe(
    'ValidationError: Could not find a value associated with JSONKey in SecretString: other',
  );
});

// Source: Systems Manager user guide, "Working with public parameters".
test("AWS's own entries of the parameter store are there, whatever version is asked for", async () => {
  expect(await read('{{resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64}}')).toEqual({
    list: ['ami-0123456789abcdef0'],
  });
  expect(await read('{{resolve:ssm:/aws/service/global-infrastructure/regions/us-east-1:3}}')).toEqual({
    list: ['us-east-1'],
  });
});
