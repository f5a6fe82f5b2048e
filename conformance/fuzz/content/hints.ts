// What the members of AWS calls are likely to hold: names of things that the world has, and documents where the model only says
// text. The first row whose expression fits `service.Operation.Member` counts.
import { ref } from '../input.ts';
import type { Random } from '../prng.ts';
import {
  arn,
  endpoint,
  FUNCTION_ARN,
  identityPolicy,
  inputPath,
  inputTemplate,
  openApi,
  ROLE_ARN,
  resourcePolicy,
  schedule,
  trustPolicy,
} from './documents.ts';
import { detail, event, patternText } from './event-pattern.ts';
import { FUNCTION_CODE } from './resources.ts';
import { templateText } from './template.ts';
import { plainText } from './text.ts';
import { writeJson } from './value.ts';

export type Hint = string | number | boolean | ((random: Random) => string);

/** A thing that nothing else needs, for calls that make or delete. */
const spare = (random: Random): string => `fuzz-spare-${random.whole(0, 9)}`;

const queueUrl = `${ref('origin')}/000000000000/fuzz-queue`;
const fifoUrl = `${ref('origin')}/000000000000/fuzz-fifo.fifo`;
const spareUrl = (random: Random): string => `${ref('origin')}/000000000000/${spare(random)}`;
const connectionArn = arn('events', `connection/fuzz-connection/${ref('connection')}`);
const destinationArn = arn('events', `api-destination/fuzz-destination/${ref('destination')}`);
const BUSES = ['fuzz-bus', 'fuzz-bus', 'default', arn('events', 'event-bus/fuzz-bus')];
const TARGETS = [
  arn('sqs', 'fuzz-queue'),
  FUNCTION_ARN,
  arn('events', 'event-bus/default'),
  destinationArn,
  arn('logs', 'log-group:/fuzz/logs'),
];
const uriOfFunction = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION_ARN}/invocations`;

const HINTS: readonly (readonly [RegExp, readonly Hint[]])[] = [
  // Nobody waits long: a poll would hold its place in the fuzz.
  [/^sqs\..*\.WaitTimeSeconds$/, [0]],
  [/^sqs\.(Delete|Purge)Queue\.QueueUrl$/, [spareUrl]],
  [/^sqs\..*\.QueueUrl$/, [queueUrl, queueUrl, fifoUrl, spareUrl]],
  [/^sqs\..*\.QueueName$/, [spare, spare, 'fuzz-queue', 'fuzz-spare.fifo']],
  [/^sqs\..*\.ReceiptHandle$/, [ref('receipt')]],
  [/^sqs\..*\.(Source|Destination)Arn$/, [arn('sqs', 'fuzz-dead'), arn('sqs', 'fuzz-queue')]],
  [/^sqs\..*\.DataType$/, ['String', 'Number', 'Binary', 'String.custom']],
  [/^sqs\..*\.(MessageGroupId|MessageDeduplicationId)$/, ['g1', 'g2']],
  [/^sqs\..*\.Policy$/, [resourcePolicy]],
  [
    /^sqs\..*\.RedrivePolicy$/,
    ['{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:fuzz-dead","maxReceiveCount":3}'],
  ],
  [
    /^sqs\..*\.(DelaySeconds|VisibilityTimeout|MaximumMessageSize|MessageRetentionPeriod|ReceiveMessageWaitTimeSeconds)$/,
    [0, 0, 60, 1024],
  ],

  [/^events\.(Delete|Create).*\.(Name|ArchiveName|ReplayName|Rule)$/, [spare]],
  [/^events\..*EventBus\.Name$/, BUSES],
  [/^events\..*Connection\.Name$/, ['fuzz-connection']],
  [/^events\..*ApiDestination\.Name$/, ['fuzz-destination']],
  [/^events\..*(Rule|Targets).*\.(Name|Rule)$/, ['fuzz-rule', 'fuzz-rule', spare]],
  [/^events\..*\.EventBusName$/, BUSES],
  [/^events\..*Permission\.(StatementId)$/, ['s1', 's2']],
  [/^events\..*\.(ArchiveName)$/, ['fuzz-archive', spare]],
  [/^events\..*\.(ReplayName)$/, ['fuzz-replay', spare]],
  [
    /^events\.(CreateArchive|StartReplay)\.EventSourceArn$/,
    [arn('events', 'event-bus/fuzz-bus'), arn('events', 'archive/fuzz-archive')],
  ],
  [/^events\.StartReplay\.Arn$/, [arn('events', 'event-bus/fuzz-bus')]],
  [/^events\..*\.ConnectionArn$/, [connectionArn]],
  [/^events\.PutTargets\.Arn$/, TARGETS],
  [
    /^events\..*\.(TargetArn|ResourceARN)$/,
    [...TARGETS, arn('events', 'rule/fuzz-rule'), arn('events', 'event-bus/fuzz-bus')],
  ],
  [/^events\..*\.InvocationEndpoint$/, [endpoint]],
  [/^events\..*\.AuthorizationEndpoint$/, [`${ref('sink')}/token`]],
  [/^events\..*\.EventPattern$/, [patternText]],
  [/^events\..*\.Event$/, [(random) => writeJson(event(random))]],
  [/^events\..*\.(Detail|Input)$/, [(random) => writeJson(detail(random))]],
  [/^events\..*\.Source$/, ['OrderService', 'fuzz', 'a']],
  [/^events\..*\.DetailType$/, ['OrderCreated', 'fuzz']],
  [/^events\..*\.InputPath$/, [inputPath]],
  [/^events\..*\.InputPathsMap$/, [inputPath]],
  [/^events\..*\.InputTemplate$/, [inputTemplate]],
  [/^events\..*\.ScheduleExpression$/, [schedule]],
  [/^events\..*\.Policy$/, [resourcePolicy]],
  [/^events\..*\.Principal$/, ['*', '111122223333']],
  [/^events\..*\.(Id|Ids)$/, ['t1', 't2']],
  [/^events\..*\.(HeaderParameters|QueryStringParameters|PathParameterValues)$/, ['v', '$.detail.id']],

  [/^lambda\.(Delete|Create)Function\.FunctionName$/, [spare]],
  [/^lambda\.Invoke(Async)?\.FunctionName$/, ['fuzz-echo', 'fuzz-web', `${FUNCTION_ARN}:live`, 'fuzz-spare-1']],
  [/^lambda\.UpdateFunction(Code|Configuration)\.FunctionName$/, ['fuzz-spare-0', 'fuzz-web']],
  [/^lambda\..*\.FunctionName$/, ['fuzz-web', 'fuzz-web', FUNCTION_ARN, '000000000000:function:fuzz-echo', spare]],
  [/^lambda\..*\.(Payload|InvokeArgs)$/, [(random) => writeJson(detail(random))]],
  [/^lambda\..*\.Qualifier$/, ['$LATEST', 'live', '1']],
  [/^lambda\..*\.FunctionVersion$/, ['$LATEST', '1']],
  [/^lambda\..*Alias\.Name$/, ['live', spare]],
  [/^lambda\..*\.Runtime$/, ['nodejs20.x', 'nodejs22.x', 'nodejs18.x', 'python3.12']],
  [/^lambda\..*\.Handler$/, ['index.handler', 'src/app.handler']],
  [/^lambda\..*\.ZipFile$/, [() => Buffer.from(FUNCTION_CODE).toString('base64')]],
  [/^lambda\..*\.Resource$/, [FUNCTION_ARN, arn('lambda', `event-source-mapping:${ref('mapping')}`)]],
  [/^lambda\.CreateEventSourceMapping\.EventSourceArn$/, [arn('sqs', 'fuzz-dead')]],
  [
    /^lambda\..*\.(Destination|TargetArn)$/,
    [arn('sqs', 'fuzz-dead'), arn('events', 'event-bus/fuzz-bus'), FUNCTION_ARN],
  ],
  [/^lambda\..*\.UUID$/, [ref('mapping')]],
  [/^lambda\..*\.Principal$/, ['events.amazonaws.com', 'apigateway.amazonaws.com', '*', '111122223333']],
  [/^lambda\..*\.Action$/, ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl']],
  [/^lambda\..*\.(SourceArn)$/, [arn('events', 'rule/fuzz-rule')]],
  [/^lambda\..*\.Pattern$/, [patternText]],
  [/^lambda\..*\.Timeout$/, [3]],
  [/^lambda\..*\.MemorySize$/, [128]],
  [/^lambda\..*\.ClientContext$/, [() => Buffer.from('{"custom":{"a":1}}').toString('base64')]],
  [/^lambda\..*\.RevisionId$/, ['7bf73129-1428-4cd3-a780-95db273d1602']],

  [/^apigateway\.(DeleteRestApi)\.restApiId$/, ['none']],
  [/^apigateway\..*\.restApiId$/, [ref('restApi')]],
  [/^apigateway\..*\.(resourceId|parentId)$/, [ref('rootResource')]],
  [/^apigateway\..*\.deploymentId$/, [ref('restDeployment')]],
  [/^apigateway\..*\.stageName$/, ['prod', 'fuzz']],
  [/^apigateway\..*\.httpMethod$/, ['GET', 'POST', 'ANY']],
  [/^apigateway\..*\.statusCode$/, ['200', '404']],
  [/^apigateway\..*\.uri$/, [uriOfFunction]],
  [/^apigateway\..*\.body$/, [openApi]],
  [/^apigateway\..*\.policy$/, [resourcePolicy]],
  [/^apigateway\..*\.resourceArn$/, [`arn:aws:apigateway:us-east-1::/restapis/${ref('restApi')}`]],
  [/^apigateway\..*\.path$/, ['/name', '/description', '/binaryMediaTypes/image~1png', '/variables/a']],
  [/^apigateway\..*\.pathPart$/, ['orders', '{id}', '{proxy+}']],

  [/^apigatewayv2\.(DeleteApi|ReimportApi)\.ApiId$/, ['none']],
  [/^apigatewayv2\..*\.ApiId$/, [ref('httpApi')]],
  [/^apigatewayv2\.(Delete).*\.(IntegrationId|RouteId|StageName)$/, ['none']],
  [/^apigatewayv2\..*\.IntegrationId$/, [ref('integration')]],
  [/^apigatewayv2\..*\.RouteId$/, [ref('route')]],
  [/^apigatewayv2\..*\.DeploymentId$/, [ref('httpDeployment')]],
  [/^apigatewayv2\..*\.StageName$/, ['$default', 'fuzz']],
  [/^apigatewayv2\..*\.Target$/, [`integrations/${ref('integration')}`, FUNCTION_ARN]],
  [/^apigatewayv2\..*\.IntegrationUri$/, [FUNCTION_ARN, uriOfFunction]],
  [/^apigatewayv2\..*\.RouteKey$/, ['$default', 'GET /orders/{id}', 'ANY /{proxy+}', 'POST /']],
  [/^apigatewayv2\..*\.PayloadFormatVersion$/, ['1.0', '2.0']],
  [/^apigatewayv2\..*\.Body$/, [openApi]],
  [/^apigatewayv2\..*\.ResourceArn$/, [`arn:aws:apigateway:us-east-1::/apis/${ref('httpApi')}`]],
  [/^apigatewayv2\..*\.ProtocolType$/, ['HTTP']],

  [/^cloudformation\.(Create|Delete)Stack\.StackName$/, [spare]],
  [/^cloudformation\..*\.StackName$/, ['fuzz-stack', 'fuzz-stack', spare, ref('stack')]],
  [/^cloudformation\..*\.ChangeSetName$/, ['fuzz-changes', spare]],
  [/^cloudformation\..*\.TemplateBody$/, [templateText]],
  [/^cloudformation\..*\.TemplateURL$/, ['https://127.0.0.1:1/template.yaml']],
  [/^cloudformation\..*\.StackPolicy.*Body$/, [resourcePolicy]],
  [/^cloudformation\..*\.ParameterKey$/, ['Name', 'Count', 'Zones', 'Secret']],
  [/^cloudformation\..*\.LogicalResourceId$/, ['Queue', 'Rule']],
  [/^cloudformation\..*\.Capabilities$/, ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND']],
  [/^cloudformation\..*\.RoleARN$/, [ROLE_ARN]],

  [/^iam\.(Delete|Create)Role\.RoleName$/, [spare]],
  [/^iam\.(Delete|Create)User\.UserName$/, [spare]],
  [/^iam\..*\.RoleName$/, ['fuzz-role']],
  [/^iam\..*\.UserName$/, ['fuzz-user']],
  [/^iam\.DeletePolicy\.PolicyArn$/, ['arn:aws:iam::000000000000:policy/none']],
  [
    /^iam\..*\.PolicyArn$/,
    ['arn:aws:iam::000000000000:policy/fuzz-policy', 'arn:aws:iam::aws:policy/AdministratorAccess'],
  ],
  [/^iam\..*\.PolicySourceArn$/, [ROLE_ARN, 'arn:aws:iam::000000000000:user/fuzz-user']],
  [/^iam\..*\.PolicyName$/, ['fuzz-inline', spare]],
  [/^iam\..*\.AssumeRolePolicyDocument$/, [trustPolicy]],
  [/^iam\.UpdateAssumeRolePolicy\.PolicyDocument$/, [trustPolicy]],
  [/^iam\..*\.(PolicyDocument|PolicyInputList|PermissionsBoundaryPolicyInputList)$/, [identityPolicy]],
  [/^iam\..*\.ResourcePolicy$/, [resourcePolicy]],
  [/^iam\..*\.ActionNames$/, ['sqs:SendMessage', 'events:PutEvents']],
  [/^iam\..*\.ResourceArns$/, [arn('sqs', 'fuzz-queue'), '*']],
  [/^iam\..*\.AWSServiceName$/, ['apidestinations.events.amazonaws.com', 'lambda.amazonaws.com']],
  [/^iam\..*\.(Path|PathPrefix)$/, ['/', '/fuzz/']],

  [/^sts\..*\.RoleArn$/, [ROLE_ARN]],
  [/^sts\..*\.RoleSessionName$/, ['fuzz']],
  [/^sts\..*\.AccessKeyId$/, ['AKIAIOSFODNN7EXAMPLE', '000000000000']],

  [/^logs\.(Delete|Create)LogGroup\.logGroupName$/, [spare]],
  [/^logs\.(Delete|Create)LogStream\.logStreamName$/, [spare]],
  [/^logs\..*\.(logGroupName|logGroupIdentifier|logGroupNamePrefix)$/, ['/fuzz/logs', '/fuzz']],
  [/^logs\..*\.(logStreamName|logStreamNames|logStreamNamePrefix)$/, ['fuzz-stream']],
  [/^logs\..*\.resourceArn$/, [arn('logs', 'log-group:/fuzz/logs')]],
  [/^logs\..*\.filterPattern$/, ['', 'fuzz', '"a b" -c', '?a ?b', '{ $.a = 1 }', '[a, b]', '%re%']],
  [/^logs\..*\.policyDocument$/, [resourcePolicy]],

  [/^secretsmanager\.(Create|Delete)Secret\.(Name|SecretId)$/, [spare]],
  [
    /^secretsmanager\..*\.(SecretId|SecretIdList)$/,
    ['fuzz-secret', arn('secretsmanager', `secret:fuzz-secret-${ref('secretSuffix')}`), spare],
  ],
  [/^secretsmanager\..*\.ResourcePolicy$/, [resourcePolicy]],
  [/^secretsmanager\..*\.(VersionStage|VersionStages)$/, ['AWSCURRENT', 'AWSPENDING', 'mine']],
  [/^secretsmanager\..*\.ClientRequestToken$/, ['7bf73129-1428-4cd3-a780-95db273d1602']],
  [/^secretsmanager\..*\.VersionId$/, ['7bf73129-1428-4cd3-a780-95db273d1602']],
  [/^secretsmanager\..*\.SecretString$/, ['{"a":"b"}']],

  [/^ssm\.DeleteParameters?\.Names?$/, [spare]],
  [/^ssm\..*Parameters?\.Names?$/, ['/fuzz/parameter', '/fuzz/parameter:1', spare]],
  [/^ssm\..*\.Path$/, ['/', '/fuzz']],

  [/\.(RoleArn|Role|CredentialsArn|credentials|RoleARN)$/, [ROLE_ARN]],
  [
    /\.(NextToken|Marker|nextToken|position|StartingToken)$/,
    ['', 'AAAA', '1', (random) => Buffer.from(plainText(random)).toString('base64')],
  ],
  [/\.(KMSKeyArn|KmsKeyIdentifier|KmsKeyId|KeyId|kmsKeyId)$/, [arn('kms', 'key/7bf73129-1428-4cd3-a780-95db273d1602')]],
];

const found = new Map<string, readonly Hint[] | undefined>();

/** What is likely to stand there; undefined when nothing is known. */
export function hintsFor(place: string): readonly Hint[] | undefined {
  if (!found.has(place)) found.set(place, HINTS.find(([expression]) => expression.test(place))?.[1]);
  return found.get(place);
}
