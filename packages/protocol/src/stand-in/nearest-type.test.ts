import { expect, test } from 'vitest';
import { inflate } from '../../../local/src/resources/inflate.ts';
import { loadResourceTypes } from '../aws/resource-schema.ts';
import { nearestType } from './nearest-type.ts';

const types = await loadResourceTypes(inflate);

test('a misspelt type leads to the type that was meant', () => {
  expect(
    ['AWS::Lamda::Function', 'AWS::DynamoDb::Table', 'AWS::SNS::Topics', 'AWS::S3:Bucket', 'AWS::Event::Rule'].map(
      (type) => nearestType(type, types),
    ),
  ).toEqual([
    'AWS::Lambda::Function',
    'AWS::DynamoDB::Table',
    'AWS::SNS::Topic',
    'AWS::S3::Bucket',
    'AWS::Events::Rule',
  ]);
});

test('a type that is like none has no neighbour', () => {
  expect(['Acme::Rocket::Engine', 'Table', ''].map((type) => nearestType(type, types))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
