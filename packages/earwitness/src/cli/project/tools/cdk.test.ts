// A cloud assembly as aws-cdk 2.1148.1 with aws-cdk-lib 2.276.0 wrote it, cut to what is read of it. The CDK itself is
// not part of these tests.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UsageError } from '../../usage-error.ts';
import { assembledStacks } from './cdk.ts';
import { createScratch } from './scratch.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'earwitness-assembly-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const bootstrap = {
  Parameters: {
    BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' },
  },
  Rules: { CheckBootstrapVersion: { Assertions: [] } },
};
const assetsBucket = 'cdk-hnb659fds-assets';
const functionOf = (Code: object) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { Code, Handler: 'index.handler' },
});

test('stacks come after those they depend on, without the check of the bootstrap, code from where it lies', async () => {
  const output = join(folder, 'cdk.out');
  const handler = join(folder, 'handler');
  mkdirSync(output);
  mkdirSync(handler);
  const stackArtifact = (templateFile: string, dependencies: string[]) => ({
    type: 'aws:cloudformation:stack',
    properties: { templateFile, tags: { team: 'a' } },
    dependencies,
  });
  const files = {
    'manifest.json': {
      artifacts: {
        Shop: stackArtifact('Shop.template.json', ['Base', 'Shop.assets']),
        'Shop.assets': { type: 'cdk:asset-manifest', properties: { file: 'Shop.assets.json' } },
        Base: stackArtifact('Base.template.json', []),
        Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
      },
    },
    'Shop.assets.json': {
      files: {
        '255c': {
          source: { path: handler, packaging: 'zip' },
          destinations: { 'current_account-current_region-a338': { objectKey: '255c.zip' } },
        },
      },
    },
    'Shop.template.json': {
      ...bootstrap,
      Resources: {
        Fn: functionOf({ S3Bucket: assetsBucket, S3Key: '255c.zip' }),
        Elsewhere: functionOf({ S3Bucket: 'b', S3Key: 'other.zip' }),
      },
    },
    'Base.template.json': { Resources: { Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } } } },
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(output, name), JSON.stringify(content));
  const scratch = createScratch();
  try {
    const stacks = await assembledStacks(output, scratch);
    expect(
      stacks.map(({ template, directory: _, ...stack }) => ({ ...stack, template: JSON.parse(template) })),
    ).toEqual([
      {
        name: 'Base',
        parameters: {},
        tags: { team: 'a' },
        template: { Resources: files['Base.template.json'].Resources, Parameters: {}, Rules: {} },
      },
      {
        name: 'Shop',
        parameters: {},
        tags: { team: 'a' },
        template: {
          Parameters: {},
          Rules: {},
          Resources: {
            Fn: functionOf({ S3Bucket: 'earwitness-local', S3Key: pathToFileURL(handler).href }),
            Elsewhere: functionOf({ S3Bucket: 'b', S3Key: 'other.zip' }),
          },
        },
      },
    ]);
  } finally {
    scratch.remove();
  }
});

test('a folder without an assembly is refused by name', async () => {
  const nothing = assembledStacks(folder, createScratch());
  await expect(nothing).rejects.toThrow(
    new UsageError(`the CDK wrote no cloud assembly: there is no ${join(folder, 'manifest.json')}.`),
  );
});
