import { createAssessor } from '@earwitness/local';
import { expect, test } from 'vitest';
import { idleStandIns } from './stand-in-values.ts';

const template = 'Resources: { Users: { Type: AWS::Cognito::UserPool }, Queue: { Type: AWS::SQS::Queue } }';

test('values of stand-ins are told when no resource of their name stands in', async () => {
  await using assessor = createAssessor();
  const assessed = [{ name: 'shop', assessment: await assessor.assess({ name: 'shop', template }) }];
  const values = { Ref: 'users' };
  const names = { Users: values, 'shop.Users': values, User: values, Queue: values };
  expect(idleStandIns(names, assessed)).toEqual([
    "standIns['User'] in the configuration has no effect: no resource of this name stands in. Did you mean 'Users'?",
    "standIns['Queue'] in the configuration has no effect: no resource of this name stands in.",
  ]);
  expect(idleStandIns(undefined, assessed)).toEqual([]);
});
