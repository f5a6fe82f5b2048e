// The properties that serverless resources and events have, which of them are required, and what kind of value each one
// takes. Refuses foreign names, absent ones and values of another kind in SAM's sentences. Source: aws-sam-translator
// 1.110, `property_types` of its resources and event sources.
import { isList, isMap, type Value } from '../value.ts';
import { type Assembly, report, type Serverless } from './assembly.ts';

/**
 * After a name: `!` it is required; `:` the kinds of value it takes (s a scalar, b a boolean, m a map, l a list), any
 * without. A capital is a kind that SAM looks for elsewhere, and has another sentence for;
 * after `-` no function stands for it.
 */
const RESOURCES: Readonly<Record<string, string>> = {
  Function:
    'FunctionName:sm Handler Runtime CodeUri ImageUri PackageType InlineCode DeadLetterQueue:m Description MemorySize Timeout VpcConfig Role AssumeRolePolicyDocument:m Policies RolePath PermissionsBoundary:s Environment:m Events:m Tags:m PropagateTags:b Tracing:sm KmsKeyArn DeploymentPreference:m ReservedConcurrentExecutions Layers:l EventInvokeConfig:m EphemeralStorage AutoPublishAlias AutoPublishCodeSha256:s AutoPublishAliasAllProperties:b- VersionDescription ProvisionedConcurrencyConfig FileSystemConfigs ImageConfig CodeSigningConfigArn Architectures SnapStart:m FunctionUrlConfig:m RuntimeManagementConfig LoggingConfig RecursiveLoop SourceKMSKeyArn CapacityProviderConfig:m FunctionScalingConfig:m VersionDeletionPolicy PublishToLatestPublished TenancyConfig DurableConfig:m',
  CapacityProvider:
    'CapacityProviderName:sm VpcConfig!:m OperatorRole:sm Tags:M PropagateTags:b InstanceRequirements:m ScalingConfig:m KmsKeyArn:sm',
  Api: 'Name:sm StageName!:sm Tags:m PropagateTags:b DefinitionBody:M DefinitionUri:sm MergeDefinitions:b- CacheClusterEnabled:b CacheClusterSize:s Variables:m EndpointConfiguration:sm MethodSettings:l BinaryMediaTypes:l MinimumCompressionSize:s Cors:sm Auth:M GatewayResponses:m AccessLogSetting:m CanarySetting:m TracingEnabled:b OpenApiVersion:S Models:M Domain:M FailOnWarnings:b Description:s Mode:s DisableExecuteApiEndpoint:b ApiKeySourceType:s AlwaysDeploy:b- Policy:sm SecurityPolicy:s EndpointAccessMode:s',
  HttpApi:
    'Name StageName:sm Tags:m PropagateTags:b DefinitionBody:m DefinitionUri:sm StageVariables:m CorsConfiguration:sm AccessLogSettings:m DefaultRouteSettings:m Auth:M RouteSettings:M Domain:m FailOnWarnings:b Description:s DisableExecuteApiEndpoint:b',
  SimpleTable:
    'PointInTimeRecoverySpecification PrimaryKey:m ProvisionedThroughput:m TableName:sm Tags:m SSESpecification:m',
  Application: 'Location!:sm TemplateUrl:s Parameters:m NotificationARNs:l Tags:m TimeoutInMinutes:s',
  LayerVersion:
    'LayerName:sm Description:s PublishLambdaVersion:b ContentUri!:sm CompatibleArchitectures:l CompatibleRuntimes:l LicenseInfo:S RetentionPolicy:s',
  StateMachine:
    'Definition:M DefinitionUri:sm Logging:m Role:s RolePath DefinitionSubstitutions:m Events:m Name:s Type:s Tags:m PropagateTags:b Policies Tracing:m PermissionsBoundary:s AutoPublishAlias DeploymentPreference UseAliasAsEventTarget:b',
  Connector: 'Source!:m Destination!:ml Permissions!:l',
  GraphQLApi:
    'Name Tags:m XrayEnabled Auth!:m SchemaInline:s SchemaUri:s Logging:sm DataSources:m Functions:m Resolvers:m ApiKeys:m DomainName:m Cache:m Visibility OwnerContact IntrospectionConfig QueryDepthLimit ResolverCountLimit',
  WebSocketApi:
    'ApiKeySelectionExpression:s AccessLogSettings:M Auth:m DefaultRouteSettings:M Description:s DisableExecuteApiEndpoint:b Domain:m DisableSchemaValidation:b FailOnWarnings:b IpAddressType:s Name:s PropagateTags:b Routes!:m RouteSettings:M RouteSelectionExpression!:s StageName:sm StageVariables:m Tags:m',
};

const POLLED =
  'BatchSize:s StartingPositionTimestamp Enabled:s MaximumBatchingWindowInSeconds:s MaximumRetryAttempts:s BisectBatchOnFunctionError:b MaximumRecordAgeInSeconds:s DestinationConfig:m ParallelizationFactor:s Topics:l Queues:l SourceAccessConfigurations:l SecretsManagerKmsKeyId TumblingWindowInSeconds:s FunctionResponseTypes:l KafkaBootstrapServers:l FilterCriteria:m KmsKeyArn ConsumerGroupId:s ScalingConfig:m ProvisionedPollerConfig:m SchemaRegistryConfig:m MetricsConfig:m LoggingConfig:m';
const RULE =
  'EventBusName:s RuleName:s Pattern:m DeadLetterConfig:m RetryPolicy:m Input:s InputPath:s Target:m State:s InputTransformer:m';
const SCHEDULE = 'Schedule!:s Input:s Enabled:s State:s Name:s Description:s DeadLetterConfig:m RetryPolicy:m';
const SCHEDULE_V2 =
  'PermissionsBoundary:s ScheduleExpression!:s FlexibleTimeWindow:m Name:s State:s Description:s StartDate:s EndDate:s ScheduleExpressionTimezone:s GroupName:s KmsKeyArn:s Input:s RoleArn:s DeadLetterConfig:m RetryPolicy:m OmitName:b-';

const FUNCTION_EVENTS: Readonly<Record<string, string>> = {
  AlexaSkill: 'SkillId:s',
  Api: 'Path!:S- Method!:S- RestApiId:S Stage:s Auth:m RequestModel:m RequestParameters:l TimeoutInMillis:s ResponseTransferMode:s',
  CloudWatchEvent: `${RULE} Enabled:s`,
  CloudWatchLogs: 'LogGroupName!:s FilterPattern!:s',
  Cognito: 'UserPool!:s Trigger!:sl-',
  DocumentDB: `${POLLED} StartingPosition Cluster! DatabaseName! CollectionName FullDocument`,
  DynamoDB: `${POLLED} StartingPosition! Stream!`,
  EventBridgeRule: `${RULE} Enabled:s`,
  HttpApi: 'Path:S- Method:S- ApiId:S Stage:s Auth:m TimeoutInMillis:s RouteSettings PayloadFormatVersion:s',
  IoTRule: 'Sql!:s AwsIotSqlVersion:s',
  Kinesis: `${POLLED} StartingPosition! Stream!`,
  MQ: `${POLLED} StartingPosition Broker! DynamicPolicyName:s`,
  MSK: `${POLLED} StartingPosition! Stream!`,
  S3: 'Bucket!:s Events!:sl- Filter:m',
  SNS: 'Topic!:s Region:s FilterPolicy FilterPolicyScope SqsSubscription:sm RedrivePolicy:m',
  SQS: `${POLLED} StartingPosition Queue!`,
  Schedule: `${SCHEDULE} RuleName:s`,
  ScheduleV2: SCHEDULE_V2,
  SelfManagedKafka: `${POLLED} StartingPosition`,
};

const STATE_MACHINE_EVENTS: Readonly<Record<string, string>> = {
  Api: 'Path!:S- Method!:S- RestApiId:S Stage:s Auth:m UnescapeMappingTemplate:b-',
  CloudWatchEvent: RULE,
  EventBridgeRule: RULE,
  Schedule: `${SCHEDULE} Target:m RoleArn:s`,
  ScheduleV2: SCHEDULE_V2,
};

const PREFIX = 'AWS::Serverless::';

/** Reports what the properties of a serverless resource cannot be; returns whether they can. */
export function checkResource(assembly: Assembly, serverless: Serverless): boolean {
  refuseReservedTags(assembly, serverless);
  return check(assembly, serverless, RESOURCES[serverless.type.slice(PREFIX.length)]);
}

const RESERVED_TAGS = ['lambda:createdBy', 'serverlessrepo:applicationId', 'serverlessrepo:semanticVersion'];

/** SAM's own marks are no tags for anybody else. */
function refuseReservedTags(assembly: Assembly, serverless: Serverless): void {
  const { properties, type } = serverless;
  const tags = properties['Tags'];
  if (!isMap(tags) || (type !== `${PREFIX}Function` && type !== `${PREFIX}Application`)) return;
  for (const name of RESERVED_TAGS) {
    if (!Object.hasOwn(tags, name)) continue;
    const message = `${name} is a reserved Tag key name and cannot be set on your resource. Please change the tag key in the input.`;
    report(assembly, serverless, { message, at: tags, member: name });
  }
}

/** The same for the properties of an event of `owner`; `event` has the id `<owner><event>` and its own type. */
export function checkEvent(
  assembly: Assembly,
  event: Serverless & { readonly name: string },
  owner: Serverless,
): boolean {
  const table = owner.type === `${PREFIX}StateMachine` ? STATE_MACHINE_EVENTS : FUNCTION_EVENTS;
  return check(assembly, event, table[event.type], (message, member) => {
    const whole = `Event with id [${event.name}] is invalid. ${message}`;
    report(assembly, owner, { message: whole, at: event.properties, member });
  });
}

/** Notes what SAM looks for elsewhere than in its list of properties. */
type Expect = (message: string, member: string) => void;

function check(assembly: Assembly, serverless: Serverless, specified = '', expect?: Expect): boolean {
  const { properties, type } = serverless;
  const before = assembly.problems.length;
  const refuse: Expect = (message, member) => report(assembly, serverless, { message, at: properties, member });
  const known = new Map<string, { readonly required: boolean; readonly kinds: string | undefined }>();
  for (const entry of specified.split(' ')) {
    const [name = '', kinds] = entry.split(':');
    known.set(name.replace('!', ''), { required: name.endsWith('!'), kinds });
  }
  for (const name of Object.keys(properties)) {
    if (!known.has(name)) refuse(`property ${name} not defined for resource of type ${type}`, name);
  }
  for (const [name, { required, kinds = '' }] of known) {
    const value = properties[name];
    const noun = EXPECTED[kinds.replace('-', '')];
    if (value === undefined && required) {
      if (noun !== undefined && expect) expect(`Property '${name}' is required.`, name);
      else refuse(`Missing required property '${name}'.`, name);
    }
    if (value === undefined || fits(value, kinds)) continue;
    if (noun === undefined) refuse(`Type of property '${name}' is invalid.`, name);
    else (expect ?? refuse)(`Property '${name}' should be a ${noun}.`, name);
  }
  return assembly.problems.length === before;
}

const EXPECTED: Readonly<Record<string, string>> = { M: 'map', S: 'string' };

function fits(value: Value, kinds: string): boolean {
  // SAM takes every map with one member for a function.
  const isFunction = isMap(value) && Object.keys(value).length === 1;
  if (kinds === '' || (!kinds.endsWith('-') && isFunction)) return true;
  if (kinds.startsWith('S')) return typeof value === 'string';
  const taken = kinds.toLowerCase();
  if (isMap(value)) return taken.includes('m');
  if (isList(value)) return taken.includes('l');
  return taken.includes('s') || (taken.includes('b') && typeof value === 'boolean');
}
