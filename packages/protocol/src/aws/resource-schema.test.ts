// The generated tables beside the package that they are made of.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { inflate } from '../../../local/src/resources/inflate.ts';
import { SERVED_SCHEMAS } from './models/served-schemas.ts';
import { loadResourceSchemas, loadResourceTypes } from './resource-schema.ts';

// Source: AWS CloudFormation user guide, "AWS::SSM::Parameter".
test('a schema says what is required, what replaces, what Ref returns and what attributes there are', async () => {
  const find = await loadResourceSchemas(['AWS::SSM::Parameter'], inflate);
  const inPlace = { required: false, requiresRecreation: 'Never' };
  expect(find('AWS::SSM::Parameter')).toEqual({
    type: 'AWS::SSM::Parameter',
    properties: {
      AllowedPattern: inPlace,
      DataType: inPlace,
      Description: inPlace,
      Name: { required: false, requiresRecreation: 'Always' },
      Policies: inPlace,
      Tags: inPlace,
      Tier: inPlace,
      Type: { required: true, requiresRecreation: 'Never' },
      Value: { required: true, requiresRecreation: 'Never' },
    },
    ref: ['Name'],
    attributes: ['Arn', 'Type', 'Value'],
  });
});

test('a change that replaces only sometimes is called conditional, and attributes lead into objects by dots', async () => {
  const find = await loadResourceSchemas(['AWS::RDS::DBCluster'], inflate);
  const { properties, attributes } = find('AWS::RDS::DBCluster') ?? {};
  expect(properties?.['Engine']).toEqual({ required: false, requiresRecreation: 'Conditionally' });
  expect(attributes).toContain('Endpoint.Port');
});

test('a type that CloudFormation does not have has no schema', async () => {
  const types = [
    'AWS::SQS',
    'AWS::SQS::',
    'AWS::SQS::Que',
    'SQS::Queue',
    'AWS::CDK::Metadata',
    'Custom::Thing',
    '',
    '|',
  ];
  const find = await loadResourceSchemas(types, inflate);
  expect(types.map(find)).toEqual(types.map(() => undefined));
});

test('every type of the package is in one of the tables, with every property and attribute', async () => {
  const resources = (await loadAwsServiceSpec())
    .all('resource')
    .map(({ cloudFormationType, properties, attributes }) => ({
      type: cloudFormationType,
      properties: Object.keys(properties).sort(),
      attributes: Object.keys(attributes).sort(),
    }));
  const types = resources.map(({ type }) => type);
  const find = await loadResourceSchemas(types, inflate);
  const found = types.map((type) => ({
    type: find(type)?.type,
    properties: Object.keys(find(type)?.properties ?? {}),
    attributes: find(type)?.attributes,
  }));
  expect(found).toEqual(resources);
  expect([...(await loadResourceTypes(inflate))].sort()).toEqual(types.sort());
});

test('the types that are served, and those that have no schema, are found without loading the table of all others', async () => {
  const served = SERVED_SCHEMAS.match(/^[^|\n]+(?=\|)/gm) ?? [];
  const asked = [...served, 'AWS::CDK::Metadata', 'Custom::Thing'];
  expect(await tablesLoadedFor(asked)).toEqual(['served-schemas']);
  expect(await tablesLoadedFor([...asked, 'AWS::Athena::WorkGroup'])).toEqual(['served-schemas', 'other-schemas']);
});

/** Asks in a process of its own, where no table is loaded yet. Each table is made to print its name when it is. */
async function tablesLoadedFor(types: readonly string[]): Promise<string[]> {
  const source = `import { loadResourceSchemas } from './resource-schema.ts'; await loadResourceSchemas(${JSON.stringify(types)}, () => '');`;
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    format: 'esm',
    write: false,
    plugins: [
      {
        name: 'tables that print their names',
        setup({ onLoad }) {
          onLoad({ filter: /-schemas\.ts$/ }, ({ path }) => {
            const [, name] = /([\w-]+)\.ts$/.exec(path) ?? [];
            return { contents: `${readFileSync(path, 'utf8')}\nconsole.log('${name}');`, loader: 'ts' };
          });
        },
      },
    ],
  });
  const printed = execFileSync(process.execPath, ['--input-type=module'], {
    input: outputFiles[0]?.text,
    encoding: 'utf8',
  });
  return printed.trim().split('\n');
}
