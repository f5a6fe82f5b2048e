// The properties that serverless resources and events have, which of them are required, and what kind of value each one
// takes. Refuses foreign names, absent ones and values of another kind in SAM's sentences. Source: aws-sam-translator
// 1.110, `property_types` of its resources and event sources.
import { asIntrinsic, isList, isMap, type Value } from '../value.ts';
import { type Assembly, report, type Serverless } from './assembly.ts';

/** After a name: `!` it is required; `:` the kinds of value it takes (s a scalar, m a map, l a list), any without. */
const RESOURCES: Readonly<Record<string, string>> = {
  Function:
    'FunctionName:sm Handler Runtime CodeUri ImageUri PackageType InlineCode DeadLetterQueue:m Description MemorySize Timeout VpcConfig Role AssumeRolePolicyDocument:m Policies RolePath PermissionsBoundary:s Environment:m Events:m Tags:m PropagateTags:s Tracing:sm KmsKeyArn DeploymentPreference:m ReservedConcurrentExecutions Layers:l EventInvokeConfig:m EphemeralStorage AutoPublishAlias AutoPublishCodeSha256:s AutoPublishAliasAllProperties:s VersionDescription ProvisionedConcurrencyConfig FileSystemConfigs ImageConfig CodeSigningConfigArn Architectures SnapStart:m FunctionUrlConfig:m RuntimeManagementConfig LoggingConfig RecursiveLoop SourceKMSKeyArn CapacityProviderConfig:m FunctionScalingConfig:m VersionDeletionPolicy PublishToLatestPublished TenancyConfig DurableConfig:m',
  CapacityProvider:
    'CapacityProviderName:sm VpcConfig!:m OperatorRole:sm Tags:m PropagateTags:s InstanceRequirements:m ScalingConfig:m KmsKeyArn:sm',
  Api: 'Name:sm StageName!:sm Tags:m PropagateTags:s DefinitionBody:m DefinitionUri:sm MergeDefinitions:s CacheClusterEnabled:s CacheClusterSize:s Variables:m EndpointConfiguration:sm MethodSettings:l BinaryMediaTypes:l MinimumCompressionSize:s Cors:sm Auth:m GatewayResponses:m AccessLogSetting:m CanarySetting:m TracingEnabled:s OpenApiVersion:s Models:m Domain:m FailOnWarnings:s Description:s Mode:s DisableExecuteApiEndpoint:s ApiKeySourceType:s AlwaysDeploy:s Policy:sm SecurityPolicy:s EndpointAccessMode:s',
  HttpApi:
    'Name StageName:sm Tags:m PropagateTags:s DefinitionBody:m DefinitionUri:sm StageVariables:m CorsConfiguration:sm AccessLogSettings:m DefaultRouteSettings:m Auth:m RouteSettings:m Domain:m FailOnWarnings:s Description:s DisableExecuteApiEndpoint:s',
  SimpleTable:
    'PointInTimeRecoverySpecification PrimaryKey:m ProvisionedThroughput:m TableName:sm Tags:m SSESpecification:m',
  Application: 'Location!:sm TemplateUrl:s Parameters:m NotificationARNs:l Tags:m TimeoutInMinutes:s',
  LayerVersion:
    'LayerName:sm Description:s PublishLambdaVersion:s ContentUri!:sm CompatibleArchitectures:l CompatibleRuntimes:l LicenseInfo:s RetentionPolicy:s',
  StateMachine:
    'Definition:m DefinitionUri:sm Logging:m Role:s RolePath DefinitionSubstitutions:m Events:m Name:s Type:s Tags:m PropagateTags:s Policies Tracing:m PermissionsBoundary:s AutoPublishAlias DeploymentPreference UseAliasAsEventTarget:s',
  GraphQLApi:
    'Name Tags:m XrayEnabled Auth!:m SchemaInline:s SchemaUri:s Logging:sm DataSources:m Functions:m Resolvers:m ApiKeys:m DomainName:m Cache:m Visibility OwnerContact IntrospectionConfig QueryDepthLimit ResolverCountLimit',
  WebSocketApi:
    'ApiKeySelectionExpression:s AccessLogSettings:m Auth:m DefaultRouteSettings:m Description:s DisableExecuteApiEndpoint:s Domain:m DisableSchemaValidation:s FailOnWarnings:s IpAddressType:s Name:s PropagateTags:s Routes!:m RouteSettings:m RouteSelectionExpression!:s StageName:sm StageVariables:m Tags:m',
};

const POLLED =
  'BatchSize:s StartingPositionTimestamp Enabled:s MaximumBatchingWindowInSeconds:s MaximumRetryAttempts:s BisectBatchOnFunctionError:s MaximumRecordAgeInSeconds:s DestinationConfig:m ParallelizationFactor:s Topics:l Queues:l SourceAccessConfigurations:l SecretsManagerKmsKeyId:s TumblingWindowInSeconds:s FunctionResponseTypes:l KafkaBootstrapServers:l FilterCriteria:m KmsKeyArn ConsumerGroupId:s ScalingConfig:m ProvisionedPollerConfig:m SchemaRegistryConfig:m MetricsConfig:m LoggingConfig:m';
const RULE =
  'EventBusName:s RuleName:s Pattern:m DeadLetterConfig:m RetryPolicy:m Input:s InputPath:s Target:m State:s InputTransformer:m';
const SCHEDULE = 'Schedule!:s Input:s Enabled:s State:s Name:s Description:s DeadLetterConfig:m RetryPolicy:m';
const SCHEDULE_V2 =
  'PermissionsBoundary:s ScheduleExpression!:s FlexibleTimeWindow:m Name:s State:s Description:s StartDate:s EndDate:s ScheduleExpressionTimezone:s GroupName:s KmsKeyArn:s Input:s RoleArn:s DeadLetterConfig:m RetryPolicy:m OmitName:s';

const FUNCTION_EVENTS: Readonly<Record<string, string>> = {
  AlexaSkill: 'SkillId:s',
  Api: 'Path!:s Method!:s RestApiId:s Stage:s Auth:m RequestModel:m RequestParameters:l TimeoutInMillis:s ResponseTransferMode:s',
  CloudWatchEvent: `${RULE} Enabled:s`,
  CloudWatchLogs: 'LogGroupName!:s FilterPattern!:s',
  Cognito: 'UserPool!:s Trigger!:sl',
  DocumentDB: `${POLLED} StartingPosition Cluster! DatabaseName! CollectionName FullDocument`,
  DynamoDB: `${POLLED} StartingPosition! Stream!`,
  EventBridgeRule: `${RULE} Enabled:s`,
  HttpApi: 'Path:s Method:s ApiId:s Stage:s Auth:m TimeoutInMillis:s RouteSettings:m PayloadFormatVersion:s',
  IoTRule: 'Sql!:s AwsIotSqlVersion:s',
  Kinesis: `${POLLED} StartingPosition! Stream!`,
  MQ: `${POLLED} StartingPosition Broker! DynamicPolicyName:s`,
  MSK: `${POLLED} StartingPosition! Stream!`,
  S3: 'Bucket!:s Events!:sl Filter:m',
  SNS: 'Topic!:s Region:s FilterPolicy FilterPolicyScope SqsSubscription:sm RedrivePolicy:m',
  SQS: `${POLLED} StartingPosition Queue!`,
  Schedule: `${SCHEDULE} RuleName:s`,
  ScheduleV2: SCHEDULE_V2,
  SelfManagedKafka: `${POLLED} StartingPosition`,
};

const STATE_MACHINE_EVENTS: Readonly<Record<string, string>> = {
  Api: 'Path!:s Method!:s RestApiId:s Stage:s Auth:m UnescapeMappingTemplate:s',
  CloudWatchEvent: RULE,
  EventBridgeRule: RULE,
  Schedule: `${SCHEDULE} Target:m RoleArn:s`,
  ScheduleV2: SCHEDULE_V2,
};

const PREFIX = 'AWS::Serverless::';

/** Reports what the properties of a serverless resource cannot be; returns whether they can. */
export function checkResource(assembly: Assembly, serverless: Serverless): boolean {
  return check(assembly, serverless, RESOURCES[serverless.type.slice(PREFIX.length)]);
}

/** The same for the properties of an event of `owner`; `event` has the id `<owner><event>` and its own type. */
export function checkEvent(assembly: Assembly, event: Serverless, owner: Serverless): boolean {
  const table = owner.type === `${PREFIX}StateMachine` ? STATE_MACHINE_EVENTS : FUNCTION_EVENTS;
  return check(assembly, event, table[event.type]);
}

function check(assembly: Assembly, serverless: Serverless, specified = ''): boolean {
  const { properties, type } = serverless;
  const before = assembly.problems.length;
  const known = new Map<string, { readonly required: boolean; readonly kinds: string | undefined }>();
  for (const entry of specified.split(' ')) {
    const [name = '', kinds] = entry.split(':');
    known.set(name.replace('!', ''), { required: name.endsWith('!'), kinds });
  }
  for (const name of Object.keys(properties)) {
    if (known.has(name)) continue;
    const message = `property ${name} not defined for resource of type ${type}`;
    report(assembly, serverless, { message, at: properties, member: name });
  }
  for (const [name, { required, kinds }] of known) {
    const value = properties[name];
    if (value === undefined) {
      if (required) report(assembly, serverless, { message: `Missing required property '${name}'.`, at: properties });
    } else if (!fits(value, kinds)) {
      report(assembly, serverless, { message: `Type of property '${name}' is invalid.`, at: properties, member: name });
    }
  }
  return assembly.problems.length === before;
}

function fits(value: Value, kinds: string | undefined): boolean {
  if (kinds === undefined || asIntrinsic(value)) return true;
  return kinds.includes(isMap(value) ? 'm' : isList(value) ? 'l' : 's');
}
