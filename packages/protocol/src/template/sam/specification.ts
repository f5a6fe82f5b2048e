// The properties that serverless resources and events have, which of them are required, and what kind of value each one
// takes. Refuses foreign names, absent ones and values of another kind in SAM's sentences. Source: aws-sam-translator
// 1.110, `property_types` of its resources and event sources.
import { isList, isMap, type Value } from '../value.ts';
import { type Assembly, report, type Serverless } from './assembly.ts';

/**
 * After a name: `!` it is required; `:` the kinds of value it takes (t a text, n an integer, b a boolean, m and d a
 * map, l a list), any without; with `-` no function may stand for it. SAM says which kind it expects of m and t, and
 * not of d. S is a text of an event that SAM looks at before the others: it tells it of the event.
 */
const RESOURCES: Readonly<Record<string, string>> = {
  Function:
    'FunctionName:tm Handler Runtime CodeUri ImageUri PackageType InlineCode DeadLetterQueue:m Description MemorySize Timeout VpcConfig Role AssumeRolePolicyDocument:m Policies RolePath PermissionsBoundary:t Environment:d Events:d Tags:m PropagateTags:b Tracing:tm KmsKeyArn DeploymentPreference:m ReservedConcurrentExecutions Layers:l EventInvokeConfig:m EphemeralStorage AutoPublishAlias AutoPublishCodeSha256:t AutoPublishAliasAllProperties:b- VersionDescription ProvisionedConcurrencyConfig FileSystemConfigs ImageConfig CodeSigningConfigArn Architectures SnapStart:m FunctionUrlConfig:m RuntimeManagementConfig LoggingConfig RecursiveLoop SourceKMSKeyArn CapacityProviderConfig:m FunctionScalingConfig:m VersionDeletionPolicy PublishToLatestPublished TenancyConfig DurableConfig:m',
  CapacityProvider:
    'CapacityProviderName:tm VpcConfig!:m OperatorRole:tm Tags:m PropagateTags:b InstanceRequirements:m ScalingConfig:m KmsKeyArn:tm',
  Api: 'Name:tm StageName!:tm Tags:m PropagateTags:b DefinitionBody:m DefinitionUri:tm MergeDefinitions:b- CacheClusterEnabled:b CacheClusterSize:t Variables:m EndpointConfiguration:tm MethodSettings:l BinaryMediaTypes:l MinimumCompressionSize:n Cors:tm Auth:m GatewayResponses:m AccessLogSetting:m CanarySetting:m TracingEnabled:b OpenApiVersion:t Models:m Domain:m FailOnWarnings:b Description:t Mode:t DisableExecuteApiEndpoint:b ApiKeySourceType:t AlwaysDeploy:b- Policy:tm SecurityPolicy:t EndpointAccessMode:t',
  HttpApi:
    'Name StageName:tm Tags:m PropagateTags:b DefinitionBody:m DefinitionUri:tm StageVariables:m CorsConfiguration:bm AccessLogSettings:m DefaultRouteSettings:m Auth:m RouteSettings:m Domain:m FailOnWarnings:b Description:t DisableExecuteApiEndpoint:b',
  SimpleTable:
    'PointInTimeRecoverySpecification PrimaryKey:d ProvisionedThroughput:d TableName:tm Tags:m SSESpecification:m',
  Application: 'Location!:tm TemplateUrl:t Parameters:m NotificationARNs:l Tags:m TimeoutInMinutes:n',
  LayerVersion:
    'LayerName:tm Description:t PublishLambdaVersion:b ContentUri!:tm CompatibleArchitectures:l CompatibleRuntimes:l LicenseInfo:t RetentionPolicy:t',
  StateMachine:
    'Definition:m DefinitionUri:tm Logging:m Role:t RolePath DefinitionSubstitutions:m Events:d Name:t Type:t Tags:m PropagateTags:b Policies Tracing:m PermissionsBoundary:t AutoPublishAlias DeploymentPreference UseAliasAsEventTarget:b',
  Connector: 'Source!:d Destination!:ml Permissions!:l',
  GraphQLApi:
    'Name Tags:m XrayEnabled Auth!:m SchemaInline:t SchemaUri:t Logging:bm DataSources:m Functions:m Resolvers:m ApiKeys:m DomainName:m Cache:m Visibility OwnerContact IntrospectionConfig QueryDepthLimit ResolverCountLimit',
  WebSocketApi:
    'ApiKeySelectionExpression:t AccessLogSettings:m Auth:m DefaultRouteSettings:m Description:t DisableExecuteApiEndpoint:b Domain:m DisableSchemaValidation:b FailOnWarnings:b IpAddressType:t Name:t PropagateTags:b Routes!:m RouteSettings:m RouteSelectionExpression!:t StageName:tm StageVariables:m Tags:m',
};

const POLLED =
  'BatchSize:n StartingPositionTimestamp Enabled:b MaximumBatchingWindowInSeconds:n MaximumRetryAttempts:n BisectBatchOnFunctionError:b MaximumRecordAgeInSeconds:n DestinationConfig:m ParallelizationFactor:n Topics:l Queues:l SourceAccessConfigurations:l SecretsManagerKmsKeyId TumblingWindowInSeconds:n FunctionResponseTypes:l KafkaBootstrapServers:l FilterCriteria:m KmsKeyArn ConsumerGroupId:t ScalingConfig:m ProvisionedPollerConfig:m SchemaRegistryConfig:m MetricsConfig:m LoggingConfig:m';
const RULE =
  'EventBusName:t RuleName:t Pattern:m DeadLetterConfig:m RetryPolicy:m Input:t InputPath:t Target:m State:t InputTransformer:m';
const SCHEDULE = 'Schedule!:t Input:t Enabled:b State:t Name:t Description:t DeadLetterConfig:m RetryPolicy:m';
const SCHEDULE_V2 =
  'PermissionsBoundary:t ScheduleExpression!:t FlexibleTimeWindow:m Name:t State:t Description:t StartDate:t EndDate:t ScheduleExpressionTimezone:t GroupName:t KmsKeyArn:t Input:t RoleArn:t DeadLetterConfig:m RetryPolicy:m OmitName:b-';

const FUNCTION_EVENTS: Readonly<Record<string, string>> = {
  AlexaSkill: 'SkillId:t',
  Api: 'Path!:S- Method!:S- RestApiId:S Stage:t Auth:m RequestModel:m RequestParameters:l TimeoutInMillis:n ResponseTransferMode:t',
  CloudWatchEvent: `${RULE} Enabled:b`,
  CloudWatchLogs: 'LogGroupName!:t FilterPattern!:t',
  Cognito: 'UserPool!:t Trigger!:tl-',
  DocumentDB: `${POLLED} StartingPosition Cluster! DatabaseName! CollectionName FullDocument`,
  DynamoDB: `${POLLED} StartingPosition! Stream!`,
  EventBridgeRule: `${RULE} Enabled:b`,
  HttpApi: 'Path:S- Method:S- ApiId:S Stage:t Auth:m TimeoutInMillis:n RouteSettings PayloadFormatVersion:t',
  IoTRule: 'Sql!:t AwsIotSqlVersion:t',
  Kinesis: `${POLLED} StartingPosition! Stream!`,
  MQ: `${POLLED} StartingPosition Broker! DynamicPolicyName:b`,
  MSK: `${POLLED} StartingPosition! Stream!`,
  S3: 'Bucket!:t Events!:tl- Filter:d',
  SNS: 'Topic!:t Region:t FilterPolicy FilterPolicyScope SqsSubscription:bm RedrivePolicy:m',
  SQS: `${POLLED} StartingPosition Queue!`,
  Schedule: `${SCHEDULE} RuleName:t`,
  ScheduleV2: SCHEDULE_V2,
  SelfManagedKafka: `${POLLED} StartingPosition`,
};

const STATE_MACHINE_EVENTS: Readonly<Record<string, string>> = {
  Api: 'Path!:S- Method!:S- RestApiId:S Stage:t Auth:m UnescapeMappingTemplate:b-',
  CloudWatchEvent: RULE,
  EventBridgeRule: RULE,
  Schedule: `${SCHEDULE} Target:m RoleArn:t`,
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
    const early = kinds.startsWith('S') ? expect : undefined;
    if (value === undefined && required) {
      if (early) early(`Property '${name}' is required.`, name);
      else refuse(`Missing required property '${name}'.`, name);
    }
    if (value === undefined || fits(value, kinds)) continue;
    if (noun === undefined) refuse(`Type of property '${name}' is invalid.`, name);
    else (early ?? refuse)(`Property '${name}' should be a ${noun}.`, name);
  }
  return assembly.problems.length === before;
}

const EXPECTED: Readonly<Record<string, string>> = { m: 'map', t: 'string', S: 'string' };

function fits(value: Value, kinds: string): boolean {
  // SAM takes every map with one member for a function.
  const isFunction = isMap(value) && Object.keys(value).length === 1;
  if (kinds === '' || (!kinds.endsWith('-') && isFunction)) return true;
  return [...kinds.replace('-', '')].some((kind) => KINDS[kind]?.(value));
}

const KINDS: Readonly<Record<string, (value: Value) => boolean>> = {
  b: (value) => typeof value === 'boolean',
  d: isMap,
  l: isList,
  m: isMap,
  n: Number.isInteger,
  S: (value) => typeof value === 'string',
  t: (value) => typeof value === 'string',
};
