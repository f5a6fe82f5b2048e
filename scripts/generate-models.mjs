// Writes packages/protocol/src/aws/models/<service>.ts (tables), <service>.types.ts (TypeScript types) and services.ts (what there is)
// from botocore's service-2.json: `npm run models -- [path of botocore/data]`. Needs botocore only when run; its output is committed.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

// Service → the operations that the tables keep; '*' keeps all.
const SERVICES = {
  events: '*',
  sqs: '*',
  secretsmanager: '*',
  sts: '*',
  iam: `CreateRole GetRole ListRoles UpdateRole DeleteRole UpdateAssumeRolePolicy UpdateRoleDescription TagRole UntagRole ListRoleTags
    PutRolePolicy GetRolePolicy DeleteRolePolicy ListRolePolicies AttachRolePolicy DetachRolePolicy ListAttachedRolePolicies
    CreatePolicy GetPolicy DeletePolicy ListPolicies CreatePolicyVersion GetPolicyVersion DeletePolicyVersion ListPolicyVersions
    SetDefaultPolicyVersion ListEntitiesForPolicy CreateUser GetUser DeleteUser ListUsers CreateAccessKey DeleteAccessKey
    ListAccessKeys PutUserPolicy GetUserPolicy DeleteUserPolicy ListUserPolicies AttachUserPolicy DetachUserPolicy
    ListAttachedUserPolicies CreateServiceLinkedRole ListInstanceProfilesForRole SimulatePrincipalPolicy
    PutRolePermissionsBoundary DeleteRolePermissionsBoundary PutUserPermissionsBoundary DeleteUserPermissionsBoundary
    TagUser UntagUser ListUserTags TagPolicy UntagPolicy ListPolicyTags`,
  logs: `CreateLogGroup DeleteLogGroup DescribeLogGroups PutRetentionPolicy DeleteRetentionPolicy CreateLogStream DeleteLogStream
    DescribeLogStreams PutLogEvents GetLogEvents FilterLogEvents PutResourcePolicy DescribeResourcePolicies DeleteResourcePolicy
    TagResource UntagResource ListTagsForResource TagLogGroup UntagLogGroup ListTagsLogGroup`,
  lambda: `CreateFunction GetFunction GetFunctionConfiguration UpdateFunctionCode UpdateFunctionConfiguration DeleteFunction
    ListFunctions Invoke InvokeAsync AddPermission RemovePermission GetPolicy PublishVersion ListVersionsByFunction CreateAlias GetAlias
    UpdateAlias DeleteAlias ListAliases InvokeWithResponseStream PutFunctionConcurrency GetFunctionConcurrency DeleteFunctionConcurrency
    PutFunctionEventInvokeConfig GetFunctionEventInvokeConfig DeleteFunctionEventInvokeConfig UpdateFunctionEventInvokeConfig
    CreateEventSourceMapping GetEventSourceMapping UpdateEventSourceMapping DeleteEventSourceMapping ListEventSourceMappings
    CreateFunctionUrlConfig GetFunctionUrlConfig DeleteFunctionUrlConfig UpdateFunctionUrlConfig TagResource UntagResource ListTags
    GetAccountSettings ListFunctionUrlConfigs ListFunctionEventInvokeConfigs PublishLayerVersion GetLayerVersion GetLayerVersionByArn
    ListLayers ListLayerVersions DeleteLayerVersion AddLayerVersionPermission RemoveLayerVersionPermission GetLayerVersionPolicy`,
  apigateway: `CreateRestApi GetRestApi GetRestApis UpdateRestApi DeleteRestApi PutRestApi ImportRestApi CreateResource GetResource GetResources
    DeleteResource PutMethod GetMethod DeleteMethod PutIntegration GetIntegration DeleteIntegration PutMethodResponse GetMethodResponse
    PutIntegrationResponse GetIntegrationResponse CreateDeployment GetDeployment GetDeployments DeleteDeployment CreateStage GetStage GetStages
    UpdateStage DeleteStage CreateAuthorizer GetAuthorizer GetAuthorizers UpdateAuthorizer DeleteAuthorizer FlushStageAuthorizersCache
    PutGatewayResponse GetGatewayResponse GetGatewayResponses UpdateGatewayResponse DeleteGatewayResponse
    CreateApiKey GetApiKey GetApiKeys UpdateApiKey DeleteApiKey CreateUsagePlan GetUsagePlan GetUsagePlans UpdateUsagePlan DeleteUsagePlan
    CreateUsagePlanKey GetUsagePlanKey GetUsagePlanKeys DeleteUsagePlanKey
    GetAccount UpdateAccount TagResource UntagResource GetTags`,
  apigatewayv2: `CreateApi GetApi GetApis UpdateApi DeleteApi ImportApi ReimportApi CreateIntegration GetIntegration GetIntegrations UpdateIntegration
    DeleteIntegration CreateRoute GetRoute GetRoutes UpdateRoute DeleteRoute CreateStage GetStage GetStages UpdateStage DeleteStage
    CreateAuthorizer GetAuthorizer GetAuthorizers UpdateAuthorizer DeleteAuthorizer ResetAuthorizersCache
    CreateDeployment GetDeployment GetDeployments UpdateDeployment DeleteDeployment TagResource UntagResource GetTags`,
  cloudformation: `CreateStack UpdateStack DeleteStack DescribeStacks ListStacks DescribeStackEvents DescribeStackResource DescribeStackResources
    ListStackResources GetTemplate GetTemplateSummary ValidateTemplate CreateChangeSet DescribeChangeSet ExecuteChangeSet DeleteChangeSet
    ListChangeSets ListExports ListImports CancelUpdateStack ContinueUpdateRollback UpdateTerminationProtection SetStackPolicy GetStackPolicy
    EstimateTemplateCost DescribeEvents`,
  kms: `CreateKey DescribeKey ListKeys EnableKey DisableKey ScheduleKeyDeletion CancelKeyDeletion UpdateKeyDescription CreateAlias UpdateAlias DeleteAlias
    ListAliases Encrypt Decrypt GenerateDataKey GenerateDataKeyWithoutPlaintext ReEncrypt GetKeyPolicy PutKeyPolicy ListKeyPolicies
    TagResource UntagResource ListResourceTags EnableKeyRotation DisableKeyRotation GetKeyRotationStatus`,
  sns: `CreateTopic DeleteTopic ListTopics GetTopicAttributes SetTopicAttributes Subscribe ConfirmSubscription Unsubscribe GetSubscriptionAttributes
    SetSubscriptionAttributes ListSubscriptions ListSubscriptionsByTopic Publish PublishBatch AddPermission RemovePermission TagResource
    UntagResource ListTagsForResource`,
  s3: `CreateBucket HeadBucket DeleteBucket ListBuckets GetBucketLocation ListObjectsV2 ListObjects PutObject GetObject HeadObject DeleteObject
    DeleteObjects CopyObject CreateMultipartUpload UploadPart CompleteMultipartUpload AbortMultipartUpload
    PutBucketNotificationConfiguration GetBucketNotificationConfiguration GetBucketEncryption PutBucketEncryption DeleteBucketEncryption
    GetBucketPolicy PutBucketPolicy DeleteBucketPolicy GetBucketPolicyStatus GetBucketVersioning PutBucketVersioning ListObjectVersions
    GetObjectTagging PutObjectTagging DeleteObjectTagging GetBucketTagging PutBucketTagging DeleteBucketTagging GetPublicAccessBlock
    PutPublicAccessBlock DeletePublicAccessBlock GetBucketCors PutBucketCors DeleteBucketCors UploadPartCopy ListParts ListMultipartUploads
    GetObjectAttributes PutBucketLifecycleConfiguration GetBucketLifecycleConfiguration DeleteBucketLifecycle GetBucketOwnershipControls
    PutBucketOwnershipControls DeleteBucketOwnershipControls GetBucketAcl PutBucketAcl GetObjectAcl PutObjectAcl GetBucketLogging
    PutBucketLogging GetBucketRequestPayment PutBucketRequestPayment GetBucketWebsite PutBucketWebsite DeleteBucketWebsite`,
  scheduler: '*',
  pipes: '*',
  stepfunctions: '*',
  dynamodb: `CreateTable DescribeTable DeleteTable UpdateTable ListTables PutItem GetItem UpdateItem DeleteItem Query Scan BatchGetItem
    BatchWriteItem TransactGetItems TransactWriteItems UpdateTimeToLive DescribeTimeToLive TagResource UntagResource ListTagsOfResource
    DescribeContinuousBackups UpdateContinuousBackups DescribeLimits DescribeEndpoints DescribeContributorInsights
    UpdateContributorInsights GetResourcePolicy PutResourcePolicy DeleteResourcePolicy DescribeKinesisStreamingDestination
    EnableKinesisStreamingDestination DisableKinesisStreamingDestination UpdateKinesisStreamingDestination`,
  dynamodbstreams: '*',
  kinesis: `CreateStream DeleteStream DescribeStream DescribeStreamSummary ListStreams PutRecord PutRecords GetShardIterator GetRecords ListShards
    AddTagsToStream RemoveTagsFromStream ListTagsForStream TagResource UntagResource ListTagsForResource
    IncreaseStreamRetentionPeriod DecreaseStreamRetentionPeriod StartStreamEncryption StopStreamEncryption UpdateStreamMode
    DescribeLimits RegisterStreamConsumer DeregisterStreamConsumer DescribeStreamConsumer ListStreamConsumers UpdateShardCount
    PutResourcePolicy GetResourcePolicy DeleteResourcePolicy`,
  ssm: `GetParameter GetParameters GetParametersByPath PutParameter DeleteParameter DeleteParameters DescribeParameters GetParameterHistory
    LabelParameterVersion UnlabelParameterVersion AddTagsToResource RemoveTagsFromResource ListTagsForResource`,
};

// What the service does and its model does not say.
const CORRECTIONS = {
  // IAM's documentation has one value, and answers have it.
  iam: { PermissionsBoundaryAttachmentType: { enum: ['Policy'] } },
  // Lists that are empty are left out. Source: recorded on AWS (LocalStack, tests/aws/services/sqs: all 11 answers of SendMessageBatch
  // without failures).
  sqs: {
    SendMessageBatchResult: { required: [] },
    DeleteMessageBatchResult: { required: [] },
    ChangeMessageVisibilityBatchResult: { required: [] },
  },
  // Names of filter rules in any case, answered with a capital; recorded on AWS: LocalStack, tests/aws/services/s3,
  // test_filter_rules_case_insensitive. S3 refuses what is none of these in words of its own, or for the header's sake.
  s3: {
    FilterRuleName: { enum: undefined },
    Event: { enum: undefined },
  },
  // Recorded on AWS: LocalStack, tests/aws/services/lambda_, test_layer_exceptions and test_layer_function_exceptions.
  lambda: {
    LayerVersionArn: {
      max: 2048,
      pattern:
        '(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)',
    },
  },
};

const dataDir =
  process.argv[2] ??
  join(
    execFileSync('python3', ['-c', 'import botocore,os;print(os.path.dirname(botocore.__file__))']).toString().trim(),
    'data',
  );
const outDir = new URL('../packages/protocol/src/aws/models/', import.meta.url).pathname;

const models = [];
for (const [service, listed] of Object.entries(SERVICES)) {
  const source = readModel(service);
  for (const [name, traits] of Object.entries(CORRECTIONS[service] ?? {})) Object.assign(source.shapes[name], traits);
  const names = Object.keys(source.operations).sort();
  const kept = listed === '*' ? names : listed.trim().split(/\s+/);
  const missing = kept.filter((name) => !source.operations[name]);
  if (missing.length > 0) throw new Error(`${service}: botocore has no ${missing.join(', ')}`);
  const model = compact(service, source, kept.sort(), names);
  writeFileSync(join(outDir, `${service}.ts`), table(service, model));
  writeFileSync(join(outDir, `${service}.types.ts`), types(model));
  models.push(model);
  console.log(service, Object.keys(model.operations).length, 'operations,', Object.keys(model.shapes).length, 'shapes');
}
writeFileSync(join(outDir, 'services.ts'), services(models.sort((a, b) => (a.service < b.service ? -1 : 1))));

function readModel(service) {
  const dir = join(dataDir, service);
  const version = readdirSync(dir).sort().at(-1);
  const plain = join(dir, version, 'service-2.json');
  return JSON.parse(
    existsSync(plain) ? readFileSync(plain, 'utf8') : gunzipSync(readFileSync(`${plain}.gz`)).toString(),
  );
}

function compact(service, source, kept, all) {
  const meta = source.metadata;
  const shapes = {};
  const visit = (name) => {
    if (!name || shapes[name]) return;
    const shape = source.shapes[name];
    const out = { type: shape.type === 'character' ? 'string' : shape.type };
    shapes[name] = out;
    for (const key of [
      'required',
      'payload',
      'min',
      'max',
      'pattern',
      'enum',
      'sensitive',
      'streaming',
      'eventstream',
      'flattened',
      'timestampFormat',
      'union',
      'exception',
      'error',
    ]) {
      if (shape[key] !== undefined && !(Array.isArray(shape[key]) && shape[key].length === 0)) out[key] = shape[key];
    }
    if (out.type === 'structure') {
      out.members = {};
      for (const [member, reference] of Object.entries(shape.members)) out.members[member] = refer(reference);
    }
    if (shape.member) out.member = refer(shape.member);
    if (shape.key) [out.key, out.value] = [refer(shape.key), refer(shape.value)];
  };
  const refer = (reference) => {
    visit(reference.shape);
    const out = { shape: reference.shape };
    for (const key of [
      'location',
      'locationName',
      'flattened',
      'idempotencyToken',
      'timestampFormat',
      'eventpayload',
      'xmlAttribute',
      'streaming',
    ]) {
      if (reference[key] !== undefined) out[key] = reference[key];
    }
    return out;
  };
  const operations = {};
  for (const name of kept) {
    const { input, output, errors = [], http } = source.operations[name];
    for (const reference of [input, output, ...errors]) visit(reference?.shape);
    operations[name] = {
      ...(input && { input: input.shape }),
      ...(output && { output: output.shape }),
      ...(http.method !== 'POST' && { method: http.method }),
      ...(http.requestUri !== '/' && { uri: http.requestUri }),
      ...(http.responseCode && http.responseCode !== 200 && { status: http.responseCode }),
      ...(output?.resultWrapper && { resultWrapper: output.resultWrapper }),
      ...(errors.length > 0 && { errors: errors.map((error) => error.shape) }),
    };
  }
  return {
    service,
    fullName: meta.serviceFullName,
    apiVersion: meta.apiVersion,
    protocol: meta.protocol,
    ...(meta.protocols?.length > 1 && { protocols: meta.protocols }),
    ...(meta.jsonVersion && { jsonVersion: meta.jsonVersion }),
    ...(meta.targetPrefix && { targetPrefix: meta.targetPrefix }),
    ...(meta.xmlNamespace && { xmlNamespace: meta.xmlNamespace }),
    signingName: meta.signingName ?? meta.endpointPrefix,
    ...(meta.awsQueryCompatible && { queryCompatible: true }),
    operations,
    shapes: Object.fromEntries(Object.entries(shapes).sort(([a], [b]) => (a < b ? -1 : 1))),
    otherOperations: all.filter((name) => !operations[name]),
  };
}

// The table stands in a string that is parsed on import: V8 reads JSON text faster than object literals. One shape a line.
function table(service, model) {
  const { operations, shapes, ...head } = model;
  const lines = (record) =>
    Object.entries(record)
      .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
      .join(',\n');
  const json = `{${JSON.stringify(head).slice(1, -1)},\n"operations":{\n${lines(operations)}},\n"shapes":{\n${lines(shapes)}}}`;
  const raw = json.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
  return `// Generated by scripts/generate-models.mjs from botocore (Apache-2.0; see NOTICE). Do not edit.
import type { ServiceModel } from '../model.ts';

export const ${service}Model = JSON.parse(\`${raw}\`) as ServiceModel;
`;
}

function services(all) {
  const typeName = (service) => service.charAt(0).toUpperCase() + service.slice(1);
  const head = ({
    service,
    signingName,
    targetPrefix,
    protocol,
    protocols = [protocol],
    queryCompatible,
    apiVersion,
  }) =>
    [
      `name: '${service}', signingName: '${signingName}'`,
      ...(targetPrefix ? [`targetPrefix: '${targetPrefix}'`] : []),
      ...(protocols.includes('query') || queryCompatible ? [`version: '${apiVersion}'`] : []),
    ].join(', ');
  return `// Generated by scripts/generate-models.mjs from botocore (Apache-2.0; see NOTICE). Do not edit.
import type { ServiceModel } from '../model.ts';
${all.map(({ service }) => `import type { Operations as ${typeName(service)} } from './${service}.types.ts';`).join('\n')}

/** Every service's operations, by the service's name. */
export interface Services {
${all.map(({ service }) => `  readonly ${service}: ${typeName(service)};`).join('\n')}
}

export type ServiceName = keyof Services;

/** What tells a request for a service from others. */
export interface ServiceIdentity {
  readonly name: ServiceName;
  /** The name in the credential scope of a signature. */
  readonly signingName: string;
  /** What \`X-Amz-Target\` begins with. */
  readonly targetPrefix?: string;
  /** \`Version\` of a form; services of the Query protocol have one. */
  readonly version?: string;
}

export const SERVICES: readonly ServiceIdentity[] = [
${all.map((model) => `  { ${head(model)} },`).join('\n')}
];

const loaders: Readonly<Record<ServiceName, () => Promise<ServiceModel>>> = {
${all.map(({ service }) => `  ${service}: async () => (await import('./${service}.ts')).${service}Model,`).join('\n')}
};

const loaded = new Map<ServiceName, Promise<ServiceModel>>();

/**
 * Loads a service's model: tens of kilobytes that are parsed when first asked for. Each property of each resource asks
 * for it, and Node looks the module up anew for each \`import\`: what was loaded is kept.
 */
export function loadModel(service: ServiceName): Promise<ServiceModel> {
  const model = loaded.get(service) ?? loaders[service]();
  loaded.set(service, model);
  return model;
}
`;
}

function types(model) {
  const scalar = {
    string: 'string',
    integer: 'number',
    long: 'number',
    double: 'number',
    float: 'number',
    boolean: 'boolean',
    timestamp: 'number',
    blob: 'Uint8Array',
  };
  const typeOf = (name) => {
    const shape = model.shapes[name];
    if (shape.eventstream) return `AsyncIterable<${safe(name)}>`;
    if (shape.enum) return shape.enum.map((value) => `'${value}'`).join(' | ');
    if (scalar[shape.type]) return scalar[shape.type];
    if (shape.type === 'list') {
      const member = typeOf(shape.member.shape);
      return member.includes(' | ') ? `readonly (${member})[]` : `readonly ${member}[]`;
    }
    if (shape.type === 'map') return `Readonly<Record<string, ${typeOf(shape.value.shape)}>>`;
    return safe(name);
  };
  const safe = (name) =>
    ['Event', 'Error', 'Function', 'Map', 'Object', 'Record'].includes(name) ? `${name}Shape` : name;
  const out = [];
  for (const [name, shape] of Object.entries(model.shapes)) {
    if (shape.type !== 'structure' || shape.exception) continue;
    const members = Object.entries(shape.members).map(([member, reference]) => {
      const required = shape.required?.includes(member);
      const type = reference.streaming
        ? `${typeOf(reference.shape)} | AsyncIterable<Uint8Array>`
        : typeOf(reference.shape);
      return `  readonly ${member}${required ? '' : '?'}: ${type}${required ? '' : ' | undefined'};`;
    });
    out.push(
      members.length === 0
        ? `export type ${safe(name)} = Readonly<Record<string, never>>;`
        : `export interface ${safe(name)} {\n${members.join('\n')}\n}`,
    );
  }
  const nothing = 'Readonly<Record<string, never>>';
  const operations = Object.entries(model.operations).map(
    ([name, { input, output }]) =>
      `  readonly ${name}: { readonly input: ${input ? safe(input) : nothing}; readonly output: ${output ? safe(output) : nothing} };`,
  );
  return `// Generated by scripts/generate-models.mjs from botocore (Apache-2.0; see NOTICE). Do not edit.
// Shapes of ${model.fullName} as operations see them: timestamps are epoch milliseconds, blobs are bytes.

/** Input and output of each operation, for typed calls through the dispatcher. */
export interface Operations {
${operations.join('\n')}
}

${out.join('\n\n')}
`;
}
