// Event `SNS`: a topic calls the function, or with `SqsSubscription` sends to a queue that Lambda polls.
import { isMap, scalarText, type Value, type ValueMap } from '../../value.ts';
import { addResource, type FunctionEvent, pick, referredId } from '../assembly.ts';
import { addPermission, type EventPlace, reportEvent } from './function-event.ts';
import { addPolled } from './polled.ts';

export function addTopicEvent(event: FunctionEvent, place: EventPlace): void {
  const { assembly, serverless, target } = place;
  const { properties } = event;
  const id = `${serverless.logicalId}${event.name}`;
  const { Topic: topic = '', SqsSubscription: asked } = properties;
  const subscribe = (protocol: string, endpoint: Value) => {
    const subscription: ValueMap = {
      Protocol: protocol,
      Endpoint: endpoint,
      TopicArn: topic,
      ...pick(properties, ['Region', 'FilterPolicy', 'FilterPolicyScope', 'RedrivePolicy']),
    };
    const Properties = assembly.source.derive(subscription, event.declared);
    addResource(assembly, id, { Type: 'AWS::SNS::Subscription', Properties }, serverless);
  };
  if (!isMap(asked) && scalarText(asked) !== 'true') {
    subscribe('lambda', target.arn);
    addPermission(place, `${id}Permission`, { Principal: 'sns.amazonaws.com', SourceArn: topic });
    return;
  }
  const queue = queueOf(event, place, asked);
  if (!queue) return;
  subscribe('sqs', queue.arn);
  const statement = {
    Action: 'sqs:SendMessage',
    Effect: 'Allow',
    Principal: '*',
    Resource: queue.arn,
    Condition: { ArnEquals: { 'aws:SourceArn': topic } },
  };
  const policy = {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: { Queues: [queue.url], PolicyDocument: { Version: '2012-10-17', Statement: [statement] } },
  };
  addResource(assembly, queue.policyId, policy, serverless);
  const mapping = { Queue: queue.arn, BatchSize: queue.batchSize, Enabled: true };
  addPolled({ ...event, type: 'SQS', properties: mapping }, place, `${id}EventSourceMapping`);
}

interface Queue {
  readonly arn: Value;
  readonly url: Value;
  readonly policyId: string;
  readonly batchSize: Value;
}

/** The queue that is named, or one that is made: a FIFO queue for a FIFO topic of the template. */
function queueOf(event: FunctionEvent, place: EventPlace, asked: Value | undefined): Queue | undefined {
  const { assembly, serverless } = place;
  const id = `${serverless.logicalId}${event.name}`;
  if (isMap(asked)) {
    const { QueueArn: arn, QueueUrl: url, QueuePolicyLogicalId: policyId, BatchSize: batchSize } = asked;
    if (arn !== undefined && url !== undefined) {
      const policy = typeof policyId === 'string' ? policyId : `${id}QueuePolicy`;
      return { arn, url, policyId: policy, batchSize: batchSize ?? 10 };
    }
    reportEvent(place, event, { message: 'No QueueARN or QueueURL provided.', at: asked });
    return undefined;
  }
  const topicId = referredId(event.properties['Topic']) ?? '';
  const topic = assembly.resources.get(topicId)?.['Properties'];
  const fifo = isMap(topic) ? topic['FifoTopic'] : undefined;
  const Properties: ValueMap = fifo === undefined || scalarText(fifo) === 'false' ? {} : { FifoQueue: fifo };
  addResource(assembly, `${id}Queue`, { Type: 'AWS::SQS::Queue', Properties }, serverless);
  const arn = { 'Fn::GetAtt': [`${id}Queue`, 'Arn'] };
  return { arn, url: { Ref: `${id}Queue` }, policyId: `${id}QueuePolicy`, batchSize: 10 };
}
