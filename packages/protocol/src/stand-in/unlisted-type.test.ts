import { expect, test } from 'vitest';
import { isUnlistedType } from './unlisted-type.ts';

// Source: CloudFormation CLI user guide, "Resource type names".
test("an organization's types, modules and custom resources are in no schema; AWS's own names, misspelt or not, are none", () => {
  const types = [
    ...['Custom::Thing', 'AWS::CloudFormation::CustomResource', 'MongoDB::Atlas::Cluster', 'My::Own::Bucket::MODULE'],
    ...['AWS::SQS::Queue', 'AWS::SQS::Nope', 'Aws::SQS::Queue', 'AWSS::SQS::Queue', 'Alexa::ASK::Skill', 'Queue'],
  ];
  expect(types.map(isUnlistedType)).toEqual([true, true, true, true, false, false, false, false, false, false]);
});
