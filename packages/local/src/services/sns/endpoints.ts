// Which endpoints a subscription may have. Source: recorded on AWS (LocalStack, tests/aws/services/sns) unless a
// comment says otherwise.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { invalidParameter } from './refusals.ts';
import { PROTOCOLS, type Protocol } from './subscription.ts';
import { isFifo, type TopicPlace } from './topic.ts';

export function isProtocol(protocol: string): protocol is Protocol {
  return PROTOCOLS.some((one) => one === protocol);
}

/**
 * A queue or a function that does not exist is taken.
 * @throws InvalidParameter
 */
export function checkEndpoint(protocol: Protocol, endpoint: string, topic: TopicPlace): void {
  const arn = parseArn(endpoint);
  // The sentence is ours. Source of the rule: SNS developer guide, "FIFO topics", message delivery.
  if (isFifo(topic) && protocol !== 'sqs' && protocol !== 'firehose') {
    throw invalidParameter(`Endpoint Reason: a FIFO topic delivers to SQS queues and Firehose, not to ${protocol}`);
  }
  switch (protocol) {
    case 'sqs':
      if (arn?.service !== 'sqs' || !arn.resource) throw invalidParameter('SQS endpoint ARN');
      if (arn.resource.endsWith('.fifo') && !isFifo(topic)) {
        throw invalidParameter(
          'Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
        );
      }
      return;
    case 'lambda':
      if (arn?.service !== 'lambda' || !arn.resource) throw invalidParameter('Lambda endpoint ARN');
      return;
    case 'firehose':
      if (arn?.service !== 'firehose') throw invalidParameter('Firehose endpoint ARN');
      return;
    case 'application':
      if (arn?.service !== 'sns') throw invalidParameter('Application endpoint arn invalid');
      return;
    case 'http':
    case 'https':
      if (!endpoint.startsWith(`${protocol}://`) || !URL.canParse(endpoint)) {
        throw invalidParameter('Endpoint must match the specified protocol');
      }
      return;
    case 'sms':
      if (!/^\+?[0-9][0-9 ().-]{3,20}$/.test(endpoint)) throw invalidParameter(`Invalid SMS endpoint: ${endpoint}`);
      return;
    default:
      if (!/^[^\s@]+@[^\s@]+$/.test(endpoint)) throw invalidParameter('Email address');
  }
}
