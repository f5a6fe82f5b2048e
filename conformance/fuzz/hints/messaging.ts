// EventBridge and SQS.
import {
  arn,
  endpoint,
  FUNCTION_ARN,
  inputPath,
  inputTemplate,
  resourcePolicy,
  schedule,
} from '../content/documents.ts';
import { detail, event, patternText } from '../content/event-pattern.ts';
import { writeJson } from '../content/value.ts';
import { ref } from '../input.ts';
import { CONNECTION_ARN, DESTINATION_ARN, FIFO_URL, type HintRow, QUEUE_URL, spare, spareUrl } from './hint.ts';

const BUS_ARN = arn('events', 'event-bus/fuzz-bus');
const BUSES = ['fuzz-bus', 'fuzz-bus', 'default', BUS_ARN];
const TARGETS = [
  arn('sqs', 'fuzz-queue'),
  FUNCTION_ARN,
  arn('events', 'event-bus/default'),
  DESTINATION_ARN,
  arn('logs', 'log-group:/fuzz/logs'),
];

export const MESSAGING_HINTS: readonly HintRow[] = [
  // Nobody waits long: a poll would hold its place in the fuzz.
  [/^sqs\..*\.WaitTimeSeconds$/, [0], 'always'],
  [/^sqs\.(Delete|Purge)Queue\.QueueUrl$/, [spareUrl]],
  [/^sqs\.SendMessage.*\.QueueUrl$/, [QUEUE_URL, QUEUE_URL, FIFO_URL]],
  [/^sqs\..*\.QueueUrl$/, [QUEUE_URL, QUEUE_URL, FIFO_URL, spareUrl]],
  [/^sqs\.GetQueueUrl\.QueueName$/, ['fuzz-queue', 'fuzz-fifo.fifo']],
  [/^sqs\..*\.QueueName$/, [spare, spare, 'fuzz-queue', 'fuzz-spare.fifo']],
  [/^sqs\.GetQueueUrl\.QueueOwnerAWSAccountId$/, ['000000000000'], 'rarely'],
  [/^sqs\..*Permission\.Label$/, ['l1', 'l2']],
  [/^sqs\..*\.ReceiptHandle$/, [ref('receipt')]],
  [/^sqs\..*\.SourceArn$/, [arn('sqs', 'fuzz-dead')]],
  [/^sqs\..*\.DestinationArn$/, [arn('sqs', 'fuzz-queue')]],
  [/^sqs\..*\.DataType$/, ['String', 'Number', 'Binary', 'String.custom']],
  [/^sqs\..*\.StringValue$/, ['text', '42']],
  [/^sqs\..*\.MessageSystemAttributes$/, [], 'rarely'],
  [/^sqs\..*\.MessageGroupId$/, ['g1', 'g2'], 'always'],
  [/^sqs\..*\.MessageDeduplicationId$/, ['d1', 'd2'], 'rarely'],
  [/^sqs\..*\.(BinaryListValues|StringListValues)$/, [], 'rarely'],
  [/^sqs\..*\.Id$/, ['m1', 'm2', 'm3', 'm4', 'm5', 'm6']],
  [
    /^sqs\..*\.AttributesKey$/,
    [
      'VisibilityTimeout',
      'DelaySeconds',
      'Policy',
      'RedrivePolicy',
      'MessageRetentionPeriod',
      'KmsMasterKeyId',
      'RedriveAllowPolicy',
    ],
  ],
  [/^sqs\..*\.Policy$/, [resourcePolicy]],
  [
    /^sqs\..*\.RedrivePolicy$/,
    ['{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:fuzz-dead","maxReceiveCount":3}'],
  ],
  [
    /^sqs\..*\.RedriveAllowPolicy$/,
    ['{"redrivePermission":"allowAll"}', '{"redrivePermission":"byQueue","sourceQueueArns":[]}'],
  ],
  [
    /^sqs\..*\.(DelaySeconds|VisibilityTimeout|MaximumMessageSize|MessageRetentionPeriod|ReceiveMessageWaitTimeSeconds)$/,
    [0, 60, 1024],
  ],

  [/^events\.(Delete|Create).*\.(Name|ArchiveName|ReplayName|Rule)$/, [spare]],
  [/^events\..*\.EventSourceName$/, [], 'rarely'],
  [/^events\..*EventBus\.Name$/, BUSES],
  [/^events\..*Connection\.Name$/, ['fuzz-connection']],
  [/^events\..*ApiDestination\.Name$/, ['fuzz-destination']],
  [/^events\.(PutTargets|RemoveTargets|ListTargetsByRule)\.Rule$/, ['fuzz-rule', 'fuzz-rule', spare]],
  [/^events\..*(Rule|Targets).*\.(Name|Rule)$/, ['fuzz-rule', 'fuzz-rule', spare]],
  [/^events\.(DescribeRule|PutTargets|RemoveTargets|ListTargetsByRule|PutEvents)\.EventBusName$/, BUSES],
  [/^events\..*\.EventBusName$/, BUSES],
  [/^events\..*Permission\.StatementId$/, ['s1', 's2'], 'always'],
  [/^events\.PutPermission\.(Action)$/, ['events:PutEvents'], 'always'],
  [/^events\..*\.Principal$/, ['*', '111122223333'], 'always'],
  [/^events\..*\.Policy$/, [resourcePolicy], 'rarely'],
  [/^events\..*\.ArchiveName$/, ['fuzz-archive']],
  [/^events\..*\.ReplayName$/, ['fuzz-replay', spare]],
  [/^events\.CreateArchive\.EventSourceArn$/, [BUS_ARN]],
  [/^events\.StartReplay\.EventSourceArn$/, [arn('events', 'archive/fuzz-archive')]],
  [/^events\.StartReplay\.Arn$/, [BUS_ARN]],
  [/^events\..*\.ConnectionArn$/, [CONNECTION_ARN]],
  [/^events\.PutTargets\.Arn$/, TARGETS],
  [/^events\.ListRuleNamesByTarget\.TargetArn$/, TARGETS],
  [/^events\..*\.ResourceARN$/, [arn('events', 'rule/fuzz-rule'), BUS_ARN, arn('events', 'rule/fuzz-bus/fuzz-rule')]],
  // Of the many kinds of targets those that are served.
  [
    /^events\.PutTargets\.(Ecs|Batch|Kinesis|RunCommand|SageMakerPipeline|Redshift|AppSync)\w*Parameters$/,
    [],
    'rarely',
  ],
  [/^events\.PutTargets\.(Input|InputPath|InputTransformer|SqsParameters|HttpParameters)$/, [], 'rarely'],
  [/^events\..*\.InvocationEndpoint$/, [endpoint]],
  [/^events\..*\.AuthorizationEndpoint$/, [`${ref('sink')}/token`]],
  [/^events\..*Connection\.AuthorizationType$/, ['API_KEY', 'API_KEY', 'BASIC', 'OAUTH_CLIENT_CREDENTIALS']],
  [/^events\..*Connection\.(ApiKeyAuthParameters|BasicAuthParameters|OAuthParameters)$/, [], 'always'],
  [/^events\..*\.(ConnectivityParameters|InvocationConnectivityParameters)$/, [], 'rarely'],
  [/^events\..*\.EventPattern$/, [patternText], 'always'],
  [/^events\..*\.Event$/, [(random) => writeJson(event(random))]],
  [/^events\..*\.(Detail|Input)$/, [(random) => writeJson(detail(random))], 'always'],
  [/^events\..*\.Source$/, ['OrderService', 'fuzz', 'a'], 'always'],
  [/^events\..*\.DetailType$/, ['OrderCreated', 'fuzz'], 'always'],
  [/^events\..*\.(InputPath|InputPathsMap)$/, [inputPath]],
  [/^events\..*\.InputTemplate$/, [inputTemplate]],
  [/^events\..*\.ScheduleExpression$/, [schedule], 'rarely'],
  [/^events\..*\.(Id|Ids)$/, ['t1', 't2', 't3', 't4']],
  [/^events\..*\.(HeaderParameters|QueryStringParameters|PathParameterValues)$/, ['v', '$.detail.id']],
];
