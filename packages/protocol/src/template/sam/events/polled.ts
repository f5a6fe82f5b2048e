// Events that Lambda polls for: each becomes an event source mapping, and the function's role may read the source.
// Queues, streams, Kafka, brokers, DocumentDB.
import { asIntrinsic, isList, isMap, sameValue, scalarText, type Value, type ValueMap } from '../../value.ts';
import { addResource, type FunctionEvent, pick } from '../assembly.ts';
import { type EventPlace, reportEvent } from './function-event.ts';
import { schemaRegistryStatements } from './schema-registry.ts';

const SAME_NAME = [
  ...['StartingPosition', 'StartingPositionTimestamp', 'BatchSize', 'Enabled', 'MaximumBatchingWindowInSeconds'],
  ...['MaximumRetryAttempts', 'BisectBatchOnFunctionError', 'MaximumRecordAgeInSeconds', 'ParallelizationFactor'],
  ...['Topics', 'Queues', 'SourceAccessConfigurations', 'TumblingWindowInSeconds', 'FunctionResponseTypes'],
  ...['FilterCriteria', 'KmsKeyArn', 'ScalingConfig', 'ProvisionedPollerConfig', 'MetricsConfig', 'LoggingConfig'],
];

interface Kind {
  /** The property that holds the source's ARN. */
  readonly source?: string;
  /** The AWS managed policy that lets the role read it. */
  readonly managed?: string;
  readonly policy?: (event: FunctionEvent, place: EventPlace) => ValueMap | undefined;
}

const KINDS: Readonly<Record<string, Kind>> = {
  DocumentDB: { source: 'Cluster', policy: documentDbPolicy },
  DynamoDB: { source: 'Stream', managed: 'AWSLambdaDynamoDBExecutionRole' },
  Kinesis: { source: 'Stream', managed: 'AWSLambdaKinesisExecutionRole' },
  MQ: { source: 'Broker', policy: brokerPolicy },
  MSK: { source: 'Stream', managed: 'AWSLambdaMSKExecutionRole', policy: mskPolicy },
  SQS: { source: 'Queue', managed: 'AWSLambdaSQSQueueExecutionRole' },
  SelfManagedKafka: { policy: kafkaPolicy },
};

/** Adds the mapping of an event; its id is `<function><event>`, or `id`. */
export function addPolled(event: FunctionEvent, place: EventPlace, id?: string): void {
  const { assembly, serverless, target, needs } = place;
  const { properties } = event;
  const kind = KINDS[event.type] ?? {};
  const source = kind.source === undefined ? undefined : properties[kind.source];
  const mapping = {
    ...(source !== undefined && { EventSourceArn: source }),
    FunctionName: { Ref: target.logicalId },
    ...pick(properties, SAME_NAME),
    ...kafkaConfig(event, place),
    ...destinationOf(event, place),
    ...(event.type === 'DocumentDB' && {
      DocumentDBEventSourceConfig: pick(properties, ['DatabaseName', 'CollectionName', 'FullDocument']),
    }),
  };
  const mappingId = id ?? `${serverless.logicalId}${event.name}`;
  const resource = { Type: 'AWS::Lambda::EventSourceMapping', Properties: assembly.source.derive(mapping, properties) };
  addResource(assembly, mappingId, resource, serverless);
  refuseFilter(event, place);
  if (kind.managed !== undefined && !needs.managed.includes(kind.managed)) needs.managed.push(kind.managed);
  addPolicy(place, kind.policy?.(event, place));
}

/** Each document once, as several events may ask for the same. */
function addPolicy({ needs }: EventPlace, policy: ValueMap | undefined): void {
  if (!policy) return;
  if (needs.inline.some((one) => sameValue(one['PolicyDocument'], policy['PolicyDocument']))) return;
  needs.inline.push(policy);
}

function refuseFilter(event: FunctionEvent, place: EventPlace): void {
  const filter = event.properties['FilterCriteria'];
  if (!isMap(filter) || asIntrinsic(filter) || Object.keys(filter).every((name) => name === 'Filters')) return;
  reportEvent(place, event, { message: 'FilterCriteria field has a wrong format', at: filter });
}

function kafkaConfig(event: FunctionEvent, place: EventPlace): ValueMap {
  const { KafkaBootstrapServers: servers, ConsumerGroupId: group } = event.properties;
  const config = pick(event.properties, ['ConsumerGroupId', 'SchemaRegistryConfig']);
  const member = { MSK: 'AmazonManagedKafkaEventSourceConfig', SelfManagedKafka: 'SelfManagedKafkaEventSourceConfig' }[
    event.type
  ];
  if (group !== undefined && member === undefined) {
    const message = `Property ConsumerGroupId not defined for resource of type ${event.type}.`;
    reportEvent(place, { ...event, name: `${place.serverless.logicalId}${event.name}` }, { message });
  }
  return {
    ...(servers !== undefined && { SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers: servers } } }),
    ...(member !== undefined && Object.keys(config).length > 0 && { [member]: config }),
  };
}

const DESTINATIONS: Readonly<Record<string, (arn: Value) => ValueMap[]>> = {
  Kafka: () => [],
  S3: (arn) => [
    { Action: 's3:PutObject', Effect: 'Allow', Resource: { 'Fn::Join': ['/', [arn, '*']] } },
    { Action: 's3:ListBucket', Effect: 'Allow', Resource: arn },
  ],
  SNS: (arn) => [{ Action: 'sns:publish', Effect: 'Allow', Resource: arn }],
  SQS: (arn) => [{ Action: 'sqs:SendMessage', Effect: 'Allow', Resource: arn }],
};

/** Where failed batches go; `Type` is SAM's own, it says what the role has to allow. */
function destinationOf(event: FunctionEvent, place: EventPlace): ValueMap {
  const config = event.properties['DestinationConfig'];
  if (!isMap(config) || asIntrinsic(config)) return config === undefined ? {} : { DestinationConfig: config };
  const named = { ...event, name: `${place.serverless.logicalId}${event.name}` };
  const failure = config['OnFailure'];
  if (!isMap(failure)) {
    reportEvent(place, named, { message: "Property 'DestinationConfig.OnFailure' should be a map.", at: config });
    return {};
  }
  const { Type: type, ...rest } = failure;
  if (type === undefined) return { DestinationConfig: config };
  const statements = typeof type === 'string' && Object.hasOwn(DESTINATIONS, type) ? DESTINATIONS[type] : undefined;
  if (!statements) {
    const message = "The only valid values for 'Type' are 'SQS', 'SNS', 'S3', and 'Kafka'";
    reportEvent(place, named, { message, at: failure, member: 'Type' });
    return {};
  }
  const Statement = statements(rest['Destination'] ?? '');
  if (Statement.length > 0) {
    addPolicy(place, { PolicyName: `${named.name}${scalarText(type) ?? ''}Policy`, PolicyDocument: { Statement } });
  }
  return { DestinationConfig: { ...config, OnFailure: rest } };
}

const allow = (Action: Value, Resource: Value): ValueMap => ({ Action, Effect: 'Allow', Resource });
const inAccount = (rest: string): ValueMap => ({
  'Fn::Sub': `arn:\${AWS::Partition}:${rest.replace(':', ':${AWS::Region}:${AWS::AccountId}:')}`,
});
const NETWORK = allow(
  ['CreateNetworkInterface', 'DescribeNetworkInterfaces', 'DeleteNetworkInterface']
    .concat(['DescribeVpcs', 'DescribeSubnets', 'DescribeSecurityGroups'])
    .map((action) => `ec2:${action}`),
  '*',
);

function keyStatements(event: FunctionEvent, place: EventPlace, action: Value = ['kms:Decrypt']): ValueMap[] {
  const { properties } = event;
  const key = properties['SecretsManagerKmsKeyId'];
  if (typeof key === 'string') return [allow(action, inAccount(`kms:key/${key}`))];
  if (key === undefined) return [];
  const message = "Property 'SecretsManagerKmsKeyId' should be a string.";
  reportEvent(place, event, { message, at: properties, member: 'SecretsManagerKmsKeyId' });
  return [];
}

function mskPolicy(event: FunctionEvent, place: EventPlace): ValueMap | undefined {
  const certificates = accessesOf(event).filter(({ type }) => type === 'CLIENT_CERTIFICATE_TLS_AUTH');
  const Statement = [
    ...schemaRegistryStatements(event, place),
    ...certificates.flatMap(({ uri }) => (uri ? [allow(['secretsmanager:GetSecretValue'], uri)] : [])),
  ];
  return Statement.length === 0 ? undefined : { PolicyName: 'MSKExecutionRolePolicy', PolicyDocument: { Statement } };
}

function brokerPolicy(event: FunctionEvent, place: EventPlace): ValueMap | undefined {
  const secret = secretOf(event, place, ['BASIC_AUTH', 'VIRTUAL_HOST']);
  if (secret === undefined) return undefined;
  const Statement = [
    allow(['secretsmanager:GetSecretValue'], secret),
    allow(['mq:DescribeBroker'], event.properties['Broker'] ?? ''),
    ...keyStatements(event, place, 'kms:Decrypt'),
  ];
  const isDynamic = scalarText(event.properties['DynamicPolicyName']) === 'true';
  const own = `${place.serverless.logicalId}${event.name}AMQPolicy`;
  return { PolicyName: isDynamic ? own : 'SamAutoGeneratedAMQPolicy', PolicyDocument: { Statement } };
}

function documentDbPolicy(event: FunctionEvent, place: EventPlace): ValueMap | undefined {
  const secret = secretOf(event, place, ['BASIC_AUTH']);
  if (secret === undefined) return undefined;
  const Statement = [
    allow(['secretsmanager:GetSecretValue'], secret),
    allow(['rds:DescribeDBClusterParameters'], inAccount('rds:cluster-pg:*')),
    allow(['rds:DescribeDBSubnetGroups'], inAccount('rds:subgrp:*')),
    allow(['rds:DescribeDBClusters'], event.properties['Cluster'] ?? ''),
    NETWORK,
    ...keyStatements(event, place),
  ];
  return { PolicyName: 'SamAutoGeneratedDocumentDBPolicy', PolicyDocument: { Statement } };
}

const KAFKA_OTHERS = ['VPC_SUBNET', 'VPC_SECURITY_GROUP', 'SERVER_ROOT_CA_CERTIFICATE'];
const KAFKA_SECRETS = ['SASL_SCRAM_256_AUTH', 'SASL_SCRAM_512_AUTH', 'BASIC_AUTH', 'CLIENT_CERTIFICATE_TLS_AUTH'];

function kafkaPolicy(event: FunctionEvent, place: EventPlace): ValueMap | undefined {
  const { KafkaBootstrapServers: servers, Topics: topics, SourceAccessConfigurations: given } = event.properties;
  const refuse = (message: string) => {
    reportEvent(place, event, { message });
    return undefined;
  };
  if (servers === undefined) {
    return refuse('No KafkaBootstrapServers provided for self managed kafka as an event source');
  }
  if (topics === undefined) return refuse('No Topics provided for self managed kafka as an event source');
  if (isList(topics) && topics.length !== 1) {
    return refuse('Topics for self managed kafka only supports single configuration entry.');
  }
  if (given === undefined || (isList(given) && given.length === 0)) {
    return refuse('No SourceAccessConfigurations for self managed kafka event provided.');
  }
  if (!isList(given)) return refuse('SourceAccessConfigurations for self managed kafka event should be a list.');
  const accesses = accessesOf(event);
  if (accesses.some(({ type }) => !KAFKA_SECRETS.includes(type) && !KAFKA_OTHERS.includes(type))) {
    return refuse('Invalid SourceAccessConfigurations Type provided for self managed kafka event.');
  }
  const secrets = accesses.filter(({ type }) => KAFKA_SECRETS.includes(type));
  if (secrets.length > 1) {
    return refuse(
      'Multiple auth mechanism properties specified in SourceAccessConfigurations for self managed kafka event.',
    );
  }
  const [subnet, group] = ['VPC_SUBNET', 'VPC_SECURITY_GROUP'].map((name) =>
    accesses.some(({ type }) => type === name),
  );
  if (subnet !== group) {
    return refuse(
      'VPC_SUBNET and VPC_SECURITY_GROUP in SourceAccessConfigurations for SelfManagedKafka must be both provided.',
    );
  }
  const Statement = [
    ...secrets.flatMap(({ uri }) => (uri ? [allow(['secretsmanager:GetSecretValue'], uri)] : [])),
    // SAM's own oddity: for the certificate of the servers the secret is allowed a second time.
    ...(accesses.some(({ type }) => type === 'SERVER_ROOT_CA_CERTIFICATE')
      ? secrets.flatMap(({ uri }) => (uri ? [allow(['secretsmanager:GetSecretValue'], uri)] : []))
      : []),
    ...(subnet ? [NETWORK] : []),
    ...keyStatements(event, place),
    ...schemaRegistryStatements(event, place),
  ];
  return { PolicyName: 'SelfManagedKafkaExecutionRolePolicy', PolicyDocument: { Version: '2012-10-17', Statement } };
}

function accessesOf({ properties }: FunctionEvent): { readonly type: string; readonly uri: Value | undefined }[] {
  const given = properties['SourceAccessConfigurations'];
  return (isList(given) ? given : []).flatMap((one) =>
    isMap(one) ? [{ type: scalarText(one['Type']) ?? '', uri: one['URI'] }] : [],
  );
}

/** The secret with the credentials of a broker or cluster. */
function secretOf(event: FunctionEvent, place: EventPlace, known: readonly string[]): Value | undefined {
  const refuse = (message: string) => {
    reportEvent(place, event, { message });
    return undefined;
  };
  const given = event.properties['SourceAccessConfigurations'];
  if (given === undefined || (isList(given) && given.length === 0)) {
    return refuse(`No SourceAccessConfigurations for Amazon ${event.type} event provided.`);
  }
  if (!isList(given)) return refuse('Provided SourceAccessConfigurations cannot be parsed into a list.');
  const accesses = accessesOf(event);
  if (accesses.some(({ type }) => !known.includes(type))) {
    const values = `[${known.map((name) => `'${name}'`).join(', ')}]`;
    return refuse(
      `Invalid property Type specified in SourceAccessConfigurations. The supported values are: ${values}.`,
    );
  }
  const [secret, ...more] = accesses.filter(({ type }) => type === 'BASIC_AUTH');
  if (!secret) return refuse('No BASIC_AUTH property specified in SourceAccessConfigurations.');
  if (more.length > 0) return refuse('Multiple BASIC_AUTH properties specified in SourceAccessConfigurations.');
  return secret.uri ?? refuse('No BASIC_AUTH URI property specified in SourceAccessConfigurations.');
}
