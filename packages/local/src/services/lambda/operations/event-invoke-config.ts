// How asynchronous invocations are retried and where their results go.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  DestinationConfig,
  FunctionEventInvokeConfig,
  PutFunctionEventInvokeConfigRequest,
} from '@earwitness/protocol/internal/aws/models/lambda.types';
import type { OperationsOf } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import { type Found, type InvokeConfig, LATEST, without } from '../function.ts';
import { formatFunctionArn } from '../function-name.ts';
import type { Parts } from '../parts.ts';

const DESTINATION_SERVICES = ['sqs', 'lambda', 'events'];

export function eventInvokeConfigOperations({ functions, platform }: Parts) {
  const get = ({ fn, qualifier, arn }: Found): InvokeConfig => {
    const config = ownEntry(fn.invokeConfigs, qualifier);
    if (config) return config;
    const message = `The function ${arn} doesn't have an EventInvokeConfig`;
    throw new ServiceError('ResourceNotFoundException', message);
  };
  const save = async (found: Found, config: InvokeConfig) => {
    const { fn, qualifier } = found;
    await functions.save({ ...fn, invokeConfigs: { ...fn.invokeConfigs, [qualifier]: config } });
    return describe(found, config);
  };
  return {
    PutFunctionEventInvokeConfig(input, call) {
      const found = functions.find(input.FunctionName, call, input.Qualifier);
      return save(found, { ...parse(input), lastModified: platform.clock.now() });
    },

    UpdateFunctionEventInvokeConfig(input, call) {
      const found = functions.find(input.FunctionName, call, input.Qualifier);
      return save(found, { ...get(found), ...parse(input), lastModified: platform.clock.now() });
    },

    GetFunctionEventInvokeConfig({ FunctionName, Qualifier }, call) {
      const found = functions.find(FunctionName, call, Qualifier);
      return describe(found, get(found));
    },

    async DeleteFunctionEventInvokeConfig({ FunctionName, Qualifier }, call) {
      const found = functions.find(FunctionName, call, Qualifier);
      get(found);
      const { fn, qualifier } = found;
      await functions.save({ ...fn, invokeConfigs: without(fn.invokeConfigs, qualifier) });
      return {};
    },
  } satisfies OperationsOf<'lambda'>;
}

function parse(input: PutFunctionEventInvokeConfigRequest): Omit<InvokeConfig, 'lastModified'> {
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = input;
  return {
    ...(MaximumRetryAttempts !== undefined && { maximumRetryAttempts: MaximumRetryAttempts }),
    ...(MaximumEventAgeInSeconds !== undefined && { maximumEventAgeInSeconds: MaximumEventAgeInSeconds }),
    ...(DestinationConfig && { destinations: checkDestinations(DestinationConfig) }),
  };
}

function checkDestinations(destinations: DestinationConfig): DestinationConfig {
  for (const { Destination } of [destinations.OnSuccess ?? {}, destinations.OnFailure ?? {}]) {
    const service = Destination === undefined ? undefined : parseArn(Destination)?.service;
    if (Destination === undefined || (service !== undefined && DESTINATION_SERVICES.includes(service))) continue;
    throw new ServiceError(
      'InvalidParameterValueException',
      `Earwitness sends results of invocations to SQS queues, functions and event buses, not to ${Destination}.`,
    );
  }
  return destinations;
}

function describe({ fn, qualifier }: Found, config: InvokeConfig): FunctionEventInvokeConfig {
  const { maximumRetryAttempts, maximumEventAgeInSeconds, destinations } = config;
  return {
    LastModified: config.lastModified,
    FunctionArn: `${formatFunctionArn(fn)}:${qualifier === LATEST ? LATEST : qualifier}`,
    ...(maximumRetryAttempts !== undefined && { MaximumRetryAttempts: maximumRetryAttempts }),
    ...(maximumEventAgeInSeconds !== undefined && { MaximumEventAgeInSeconds: maximumEventAgeInSeconds }),
    DestinationConfig: destinations ?? { OnSuccess: {}, OnFailure: {} },
  };
}
