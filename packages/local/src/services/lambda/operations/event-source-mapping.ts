// Event source mappings: queues that feed functions; streams and brokers stand in.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { queryErrorCode, ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { InputOf, OperationsOf } from '../../../call.ts';
import type { StandIns } from '../../../stand-ins/stand-ins.ts';
import { applySettings, DEFAULT_MAPPING, describeMapping, isQueue, type Mapping } from '../event-sources/mapping.ts';
import { actForFunction } from '../execution-role.ts';
import type { Found } from '../function.ts';
import { parseFunctionName } from '../function-name.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';

export function eventSourceMappingOperations({ platform, functions, mappings, poller }: Parts) {
  const save = async (mapping: Mapping) => {
    const found = functions.find(mapping.functionName, mapping, mapping.qualifier);
    if (!mapping.stream) await checkQueue(found, mapping);
    await mappings.save(mapping);
    poller.update(mapping);
    return describeMapping(mapping);
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
    CreateEventSourceMapping(input, call) {
      const { fn, qualifier } = functions.find(input.FunctionName, call);
      const sourceArn = input.EventSourceArn;
      const isStream = !isQueue(sourceArn);
      if (isStream) checkStandsIn(platform, input);
      const known = mappings.list(call).find((one) => one.sourceArn === sourceArn && one.functionName === fn.name);
      if (known && !isStream) {
        throw new ServiceError(
          'ResourceConflictException',
          `An event source mapping with SQS arn (" ${sourceArn} ") and function (" ${fn.name} ") already exists. Please update or delete the existing mapping with UUID ${known.uuid}`,
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
        lastModified: platform.clock.now(),
      };
      return save(applySettings(mapping, input));
    },

    GetEventSourceMapping: ({ UUID }) => describeMapping(mappings.find(UUID)),

    UpdateEventSourceMapping({ UUID, ...settings }) {
      const mapping = applySettings(mappings.find(UUID), settings);
      return save({ ...mapping, lastModified: platform.clock.now() });
    },

    async DeleteEventSourceMapping({ UUID }) {
      const mapping = mappings.find(UUID);
      poller.stop(UUID);
      await mappings.delete(UUID);
      return { ...describeMapping(mapping), State: 'Deleting' };
    },

    ListEventSourceMappings(input, call) {
      const name = input.FunctionName === undefined ? undefined : parseFunctionName(input.FunctionName, call).name;
      const all = mappings
        .list(call)
        .filter((one) => name === undefined || one.functionName === name)
        .filter((one) => input.EventSourceArn === undefined || one.sourceArn === input.EventSourceArn);
      const { page, next } = takePage(all, input);
      return { EventSourceMappings: page.map(describeMapping), ...next };
    },
  } satisfies OperationsOf<'lambda'>;
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
  const service = arn === undefined ? 'kafka' : (parseArn(arn)?.service ?? arn);
  if (standIns.allows(service)) return;
  refuse(`Earwitness feeds functions from SQS queues, not from ${arn ?? 'a self-managed broker'}.`);
}
