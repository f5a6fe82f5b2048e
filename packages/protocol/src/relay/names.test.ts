import { expect, test } from 'vitest';
import { variableName } from './names.ts';

test('an output becomes a variable in upper snake case', () => {
  expect(['ApiUrl', 'DLQUrl', 'EventBusName', 'url', 'S3Bucket', 'API', 'my-Output'].map(variableName)).toEqual([
    'API_URL',
    'DLQ_URL',
    'EVENT_BUS_NAME',
    'URL',
    'S3_BUCKET',
    'API',
    'MY_OUTPUT',
  ]);
});
