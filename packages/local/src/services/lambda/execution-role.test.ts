import { expect, test } from 'vitest';
import { openCredentials } from '../../permissions/credentials.ts';
import { createTestCloud } from '../../test-cloud.ts';
import { FormerRoleKeys, openRoleKey } from './execution-role.ts';
import { FunctionTable, type LambdaFunction, type Version } from './function.ts';

const latest: Version = {
  version: '$LATEST',
  settings: {
    role: 'arn:aws:iam::123456789012:role/worker',
    packageType: 'Zip',
    runtime: 'nodejs20.x',
    handler: 'index.handler',
    description: '',
    timeout: 3,
    memorySize: 128,
    layers: [],
    unserved: [],
    variables: {},
    tracing: 'PassThrough',
    architecture: 'x86_64',
    ephemeralStorage: 512,
    snapStart: 'None',
    logFormat: 'Text',
    applicationLogLevel: 'INFO',
    systemLogLevel: 'INFO',
    showsVariables: false,
    logGroup: '/aws/lambda/f',
  },
  layers: [],
  code: { kind: 'directory', path: '/code', entries: [], external: [], isBuilt: false },
  revisionId: 'r',
  lastModified: 0,
};
const named = (name: string): LambdaFunction => ({
  account: '123456789012',
  region: 'eu-west-1',
  name,
  latest,
  versions: [],
  nextVersion: 1,
  aliases: {},
  policies: {},
  invokeConfigs: {},
  urls: {},
  tags: {},
});

test('of the keys of deleted functions the newest 100 stay, and those of functions that were made anew', async () => {
  const cloud = createTestCloud();
  const functions = new FunctionTable(cloud.backbone);
  const former = new FormerRoleKeys(cloud, functions);
  const keys: string[] = [];
  for (let n = 0; n < 103; n++) {
    const fn = named(`f-${n}`);
    keys.push(await openRoleKey(cloud, fn, latest));
    await former.add(fn, [latest]);
    if (n === 1) await functions.save(fn);
  }
  const kept = openCredentials(cloud.backbone).list();
  expect(new Set(kept.map(({ key }) => key))).toEqual(new Set([keys[1], ...keys.slice(3)]));
});
