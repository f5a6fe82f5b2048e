import { expect, test } from 'vitest';
import { createNames, plainName } from './names.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function';
const EVENTS = 'arn:aws:events:us-east-1:000000000000';
const SQS = 'arn:aws:sqs:us-east-1:000000000000';

// Source of the form: CloudFormation user guide, "Name type": stack, logical id, random signs.
test.each([
  ['a function of a stack', `${FUNCTION}:shop-TakePayment-3K9X0QW2Z7B1`, 'TakePayment'],
  ['a stack with hyphens', 'my-shop-dev-TakePayment-3K9X0QW2Z7B1', 'TakePayment'],
  ['a name as AWS makes some, of 13 signs', 'shop-TakePayment-1A2B3C4D5E6F7', 'TakePayment'],
  ['a version or an alias', `${FUNCTION}:take-payment:live`, 'take-payment:live'],
  ['a queue', `${SQS}:shop-ReserveQueue-3K9X0QW2Z7B1`, 'ReserveQueue'],
  ['a FIFO queue', `${SQS}:shop-ReserveQueue-3K9X0QW2Z7B1.fifo`, 'ReserveQueue.fifo'],
  ['an API destination', `${EVENTS}:api-destination/shop-Shipping-3K9X0QW2Z7B1/6f1c0b5e-1f0e`, 'Shipping'],
  ['a bus', `${EVENTS}:event-bus/shop-bus`, 'shop-bus'],
  ['a rule', `${EVENTS}:rule/shop-bus/shop-Placed-3K9X0QW2Z7B1`, 'Placed'],
  ['a log group', 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/events/all:*', '/aws/events/all'],
  ['another resource', 'arn:aws:states:us-east-1:000000000000:stateMachine:Pay', 'Pay'],
  [
    'a state machine of a stack',
    'arn:aws:states:us-east-1:000000000000:stateMachine:OrderFlow-3K9X0QW2Z7B1',
    'OrderFlow',
  ],
  ['a name that was given', 'create-order', 'create-order'],
  ['a name with capitals at its end', 'orders-PRODUCTION', 'orders-PRODUCTION'],
  ['an ARN of a shape of its own', 'arn:aws:sqs:q', 'arn:aws:sqs:q'],
])('%s is called as its template knows it', (_what, nameOrArn, name) => {
  expect(plainName(nameOrArn)).toBe(name);
});

test('names that would be the same show their stacks, and of one stack their suffixes', () => {
  const [orders, payments, former] = ['orders-Fn-AAAAAAAAAAAA', 'payments-Fn-BBBBBBBBBBBB', 'orders-Fn-CCCCCCCCCCCC'];
  const nameOf = createNames([orders, `${FUNCTION}:${orders}`]);
  expect(nameOf(orders)).toBe('Fn');
  expect(nameOf(payments)).toBe('payments-Fn');
  expect(nameOf(orders)).toBe('orders-Fn');
  expect(nameOf(former)).toBe(former);
  expect(nameOf(payments)).toBe('payments-Fn');
});
