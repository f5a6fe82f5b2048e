// Event source mappings: queues and streams that feed functions; brokers stand in.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { queryErrorCode, ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { InputOf, OperationsOf } from '../../../call.ts';
import type { Platform } from '../../../platform.ts';
import type { StandIns } from '../../../stand-ins/stand-ins.ts';
import { applySettings, DEFAULT_MAPPING, describeMapping, isQueue, type Mapping } from '../event-sources/mapping.ts';
import { isTable, STREAM_BATCH_SIZE, streamKindOf } from '../event-sources/stream-settings.ts';
import { actForFunction, type Origin } from '../execution-role.ts';
import type { Found } from '../function.ts';
import { parseFunctionName } from '../function-name.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';

export function eventSourceMappingOperations({ platform, functions, mappings, poller }: Parts) {
  const save = async (mapping: Mapping) => {
    const found = functions.find(mapping.functionName, mapping, mapping.qualifier);
    if (!mapping.stream) await checkQueue(found, mapping);
    if (streamKindOf(mapping.sourceArn)) await openStream(found, mapping);
    await mappings.save(mapping);
  };
  const describe = (mapping: Mapping) => describeMapping(mapping, poller.lastResult(mapping));
  const openStream = async (found: Found, mapping: Mapping) => {
    await checkStreamAccess(platform, await actForFunction(platform, found), mapping.sourceArn ?? '');
    await poller.begin(mapping);
  };
  const checkQueue = async (found: Found, mapping: Mapping) => {
    const { version } = found;
    const arn = parseArn(mapping.sourceArn ?? '');
    const origin = await actForFunction(platform, found);
    const { QueueUrl = '' } = await platform.dispatch
      .call('sqs', 'GetQueueUrl', { QueueName: arn?.resource ?? '' }, origin)
      .catch((error: unknown) => {
        if (!(error instanceof ServiceError)) throw error;
        throw new ServiceError(
          'InvalidParameterValueException',
          `Error occurred while ReceiveMessage. SQS Error Code: ${queryErrorCode(error)}. SQS Error Message: ${error.message}`,
        );
      });
    const asked = { QueueUrl, AttributeNames: ['VisibilityTimeout'] as const };
    const { Attributes } = await platform.dispatch.call('sqs', 'GetQueueAttributes', asked, origin);
    const visibility = Number(Attributes?.['VisibilityTimeout'] ?? 30);
    if (visibility < version.settings.timeout) {
      throw new ServiceError(
        'InvalidParameterValueException',
        `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${version.settings.timeout} seconds`,
      );
    }
  };
  return {
    async CreateEventSourceMapping(input, call) {
      const { fn, qualifier } = functions.find(input.FunctionName, call);
      const sourceArn = input.EventSourceArn;
      const isStream = !isQueue(sourceArn);
      const kind = streamKindOf(sourceArn);
      if (isStream && !kind) checkStandsIn(platform, input);
      const known = mappings.list(call).find((one) => one.sourceArn === sourceArn && one.functionName === fn.name);
      if (known && (kind || !isStream)) {
        // Source: recorded on AWS: LocalStack, tests/aws/services/lambda_/event_source_mapping.
        const what = kind
          ? `The event source arn (" ${sourceArn} ") and function (" ${fn.name} ") provided mapping`
          : `An event source mapping with SQS arn (" ${sourceArn} ") and function (" ${fn.name} ")`;
        throw new ServiceError(
          'ResourceConflictException',
          `${what} already exists. Please update or delete the existing mapping with UUID ${known.uuid}`,
        );
      }
      const mapping: Mapping = {
        uuid: platform.ids.uuid(),
        account: fn.account,
        region: fn.region,
        ...(sourceArn !== undefined && { sourceArn }),
        ...(isStream && { stream: {} }),
        functionName: fn.name,
        ...(qualifier !== '$LATEST' && { qualifier }),
        ...DEFAULT_MAPPING,
        ...(kind && { batchSize: STREAM_BATCH_SIZE }),
        ...(input.Tags && { tags: input.Tags }),
        lastModified: platform.clock.now(),
      };
      const made = applySettings(mapping, input);
      await save(made);
      return { ...describe(made), State: made.enabled || kind ? 'Creating' : 'Disabled' };
    },

    GetEventSourceMapping: ({ UUID }) => describe(mappings.find(UUID)),

    async UpdateEventSourceMapping({ UUID, ...settings }) {
      const known = mappings.find(UUID);
      const mapping = { ...applySettings(known, settings), lastModified: platform.clock.now() };
      await save(mapping);
      return { ...describe(mapping), State: transition(known, mapping) };
    },

    async DeleteEventSourceMapping({ UUID }) {
      const mapping = mappings.find(UUID);
      const described = describe(mapping);
      await mappings.delete(UUID);
      await poller.forget(mapping);
      return { ...described, State: 'Deleting' };
    },

    ListEventSourceMappings(input, call) {
      const name = input.FunctionName === undefined ? undefined : parseFunctionName(input.FunctionName, call).name;
      const all = mappings
        .list(call)
        .filter((one) => name === undefined || one.functionName === name)
        .filter((one) => input.EventSourceArn === undefined || one.sourceArn === input.EventSourceArn);
      const { page, next } = takePage(all, input);
      return { EventSourceMappings: page.map(describe), ...next };
    },
  } satisfies OperationsOf<'lambda'>;
}

/**
 * The state between two. Sources: Lambda API reference, EventSourceMappingConfiguration, State; of queues recorded on
 * AWS: LocalStack, event_source_mapping/test_lambda_integration_sqs.
 */
function transition(before: Mapping, after: Mapping): string {
  if (before.enabled === after.enabled) return 'Updating';
  return after.enabled ? 'Enabling' : 'Disabling';
}

/** @throws ServiceError `InvalidParameterValueException` when there is no stream, or the role may not read it */
async function checkStreamAccess({ access, dispatch }: Platform, origin: Origin, arn: string): Promise<void> {
  const { service = '', account: owner = '', region = '', resource = '' } = parseArn(arn) ?? {};
  const call = { ...origin, region, requestId: '' };
  const stream = resource.startsWith('stream/') ? arn.replace(/\/consumer\/.*$/, '') : arn;
  // Source: Lambda developer guide, "Execution role permissions": what is asked for when a mapping is made.
  const isKinesis = service === 'kinesis';
  const actions = ['GetRecords', 'GetShardIterator', 'DescribeStream', ...(isKinesis ? ['ListShards'] : [])];
  for (const action of actions) {
    const refusal = await access.findRefusal(call, { action: `${service}:${action}`, resource: stream, owner });
    if (refusal === undefined) continue;
    const lists = isKinesis ? 'ListShards, and ListStreams' : 'and ListStreams';
    throw new ServiceError(
      'InvalidParameterValueException',
      `Cannot access stream ${arn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, ${lists} Actions on your stream in IAM.`,
    );
  }
  try {
    if (isKinesis && stream !== arn) {
      await dispatch.call('kinesis', 'DescribeStreamConsumer', { ConsumerARN: arn }, ownerOf(owner, region));
    } else if (isKinesis) {
      await dispatch.call('kinesis', 'DescribeStreamSummary', { StreamARN: arn }, ownerOf(owner, region));
    } else await dispatch.call('dynamodbstreams', 'DescribeStream', { StreamArn: arn }, { ...origin, region });
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'ResourceNotFoundException') throw error;
    // Source: recorded on AWS: LocalStack, tests/aws/services/lambda_/event_source_mapping.
    throw new ServiceError('InvalidParameterValueException', `Stream not found: ${arn}`);
  }
}

function ownerOf(account: string, region: string): Origin {
  return { account, region, principal: { kind: 'account', arn: `arn:aws:iam::${account}:root` } };
}

/**
 * @throws ServiceError `InvalidParameterValueException` for no event source, and where those that are not served are to
 * be refused
 */
export function checkStandsIn(
  { standIns }: { readonly standIns: Pick<StandIns, 'allows'> },
  { EventSourceArn: arn, SelfManagedEventSource: selfManaged }: InputOf<'lambda', 'CreateEventSourceMapping'>,
): void {
  const refuse = (message: string) => {
    throw new ServiceError('InvalidParameterValueException', message);
  };
  if (arn === undefined && selfManaged === undefined)
    refuse('There is no EventSourceArn and no SelfManagedEventSource.');
  // Its sentence is not recorded: unsure.
  if (isTable(arn)) refuse('Unrecognized event source.');
  const service = arn === undefined ? 'kafka' : (parseArn(arn)?.service ?? arn);
  if (standIns.allows(service)) return;
  refuse(`Earwitness feeds functions from queues and streams, not from ${arn ?? 'a self-managed broker'}.`);
}
