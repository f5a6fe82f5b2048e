// Event source mappings: queues that feed functions.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { queryErrorCode, ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { OperationsOf } from '../../../call.ts';
import { applySettings, checkQueue, DEFAULT_MAPPING, describeMapping, type Mapping } from '../event-sources/mapping.ts';
import { actForFunction } from '../execution-role.ts';
import { parseFunctionName } from '../function-name.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';

export function eventSourceMappingOperations({ platform, functions, mappings, poller }: Parts) {
  const save = async (mapping: Mapping) => {
    const found = functions.find(mapping.functionName, mapping, mapping.qualifier);
    const { version } = found;
    const arn = parseArn(mapping.queueArn);
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
    await mappings.save(mapping);
    poller.update(mapping);
    return describeMapping(mapping);
  };
  return {
    CreateEventSourceMapping(input, call) {
      const { fn, qualifier } = functions.find(input.FunctionName, call);
      const queueArn = checkQueue(input.EventSourceArn);
      const known = mappings.list(call).find((one) => one.queueArn === queueArn && one.functionName === fn.name);
      if (known) {
        throw new ServiceError(
          'ResourceConflictException',
          `An event source mapping with SQS arn (" ${queueArn} ") and function (" ${fn.name} ") already exists. Please update or delete the existing mapping with UUID ${known.uuid}`,
        );
      }
      const mapping: Mapping = {
        uuid: platform.ids.uuid(),
        account: fn.account,
        region: fn.region,
        queueArn,
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
        .filter((one) => input.EventSourceArn === undefined || one.queueArn === input.EventSourceArn);
      const { page, next } = takePage(all, input);
      return { EventSourceMappings: page.map(describeMapping), ...next };
    },
  } satisfies OperationsOf<'lambda'>;
}
