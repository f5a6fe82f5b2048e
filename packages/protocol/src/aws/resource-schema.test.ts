// The generated table beside the package that it is made of.
import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import { expect, test } from 'vitest';
import { loadResourceSchemas } from './resource-schema.ts';

// Source: AWS CloudFormation user guide, "AWS::SSM::Parameter".
test('a schema says what is required, what replaces, what Ref returns and what attributes there are', async () => {
  const find = await loadResourceSchemas();
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
  const find = await loadResourceSchemas();
  const { properties, attributes } = find('AWS::RDS::DBCluster') ?? {};
  expect(properties?.['Engine']).toEqual({ required: false, requiresRecreation: 'Conditionally' });
  expect(attributes).toContain('Endpoint.Port');
});

test('a type that CloudFormation does not have has no schema', async () => {
  const find = await loadResourceSchemas();
  expect(['AWS::SQS', 'AWS::SQS::', 'AWS::SQS::Que', 'SQS::Queue', 'Custom::Thing', '', '|'].map(find)).toEqual(
    Array(7).fill(undefined),
  );
});

test('every type of the package is in the table, with every property and attribute', async () => {
  const find = await loadResourceSchemas();
  for (const { cloudFormationType: type, properties, attributes } of (await loadAwsServiceSpec()).all('resource')) {
    const found = find(type);
    expect([type, Object.keys(found?.properties ?? {}), found?.attributes]).toEqual([
      type,
      Object.keys(properties).sort(),
      Object.keys(attributes).sort(),
    ]);
  }
});
