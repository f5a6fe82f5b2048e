// How asynchronous invocations are retried and where their results go.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  DestinationConfig,
  FunctionEventInvokeConfig,
  PutFunctionEventInvokeConfigRequest,
} from '@earwitness/protocol/internal/aws/models/lambda.types';
import type { Call, OperationsOf } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import type { StandIns } from '../../../stand-ins/stand-ins.ts';
import { type Found, type InvokeConfig, LATEST, resolveVersion, without } from '../function.ts';
import { type FunctionName, formatFunctionArn, parseFunctionName } from '../function-name.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';

export const DESTINATION_SERVICES = ['sqs', 'sns', 'lambda', 'events'];

export function eventInvokeConfigOperations({ functions, platform }: Parts) {
  // Sentences are recorded on AWS: LocalStack lambda_api test_lambda_eventinvokeconfig_exceptions.
  const lacks = (name: FunctionName) => `The function ${qualifiedArn(name)} doesn't have an EventInvokeConfig`;
  const get = ({ fn, qualifier }: Found): InvokeConfig => {
    const config = ownEntry(fn.invokeConfigs, qualifier);
    if (config) return config;
    throw new ServiceError('ResourceNotFoundException', lacks({ ...fn, qualifier }));
  };
  /** For what makes or changes a configuration. */
  const find = (name: string, call: Call, qualifier?: string) =>
    functions.find(name, call, { qualifier, missing: "The function doesn't exist." });
  /** For what reads or deletes one. */
  const findConfigured = (name: string, call: Call, qualifier?: string) =>
    functions.find(name, call, { qualifier, missing: lacks(parseFunctionName(name, call, qualifier)) });
  /** Of another account or region nobody here knows which functions there are. */
  const checkFunction = ({ fn }: Found, { Destination }: { readonly Destination?: string | undefined } = {}) => {
    if (Destination === undefined || parseArn(Destination)?.service !== 'lambda') return;
    const name = parseFunctionName(Destination, fn);
    if (name.account !== fn.account || name.region !== fn.region) return;
    if (name.name === fn.name) throw invalid("You can't specify the function as a destination for itself.");
    const known = functions.get(name);
    if (known && resolveVersion(known, name.qualifier)) return;
    throw invalid(`The destination ARN ${Destination} is invalid.`);
  };
  const parse = (input: PutFunctionEventInvokeConfigRequest, found: Found) => {
    const config = parseInvokeConfig(input, platform);
    checkFunction(found, config.destinations?.OnSuccess);
    checkFunction(found, config.destinations?.OnFailure);
    return { ...config, lastModified: platform.clock.now() };
  };
  const save = async (found: Found, config: InvokeConfig) => {
    const { fn, qualifier } = found;
    await functions.save({ ...fn, invokeConfigs: { ...fn.invokeConfigs, [qualifier]: config } });
    return describe(found, config);
  };
  return {
    PutFunctionEventInvokeConfig(input, call) {
      const found = find(input.FunctionName, call, input.Qualifier);
      return save(found, parse(input, found));
    },

    UpdateFunctionEventInvokeConfig(input, call) {
      const found = find(input.FunctionName, call, input.Qualifier);
      return save(found, { ...get(found), ...parse(input, found) });
    },

    ListFunctionEventInvokeConfigs(input, call) {
      const { fn } = find(input.FunctionName, call);
      const { page, next } = takePage(Object.entries(fn.invokeConfigs), input);
      return {
        FunctionEventInvokeConfigs: page.map(([qualifier, config]) => describe({ fn, qualifier }, config)),
        ...next,
      };
    },

    GetFunctionEventInvokeConfig({ FunctionName, Qualifier }, call) {
      const found = findConfigured(FunctionName, call, Qualifier);
      return describe(found, get(found));
    },

    async DeleteFunctionEventInvokeConfig({ FunctionName, Qualifier }, call) {
      const found = findConfigured(FunctionName, call, Qualifier);
      get(found);
      const { fn, qualifier } = found;
      await functions.save({ ...fn, invokeConfigs: without(fn.invokeConfigs, qualifier) });
      return {};
    },
  } satisfies OperationsOf<'lambda'>;
}

/** @throws ServiceError `InvalidParameterValueException` */
export function parseInvokeConfig(
  input: PutFunctionEventInvokeConfigRequest,
  platform: { readonly standIns: Pick<StandIns, 'allows'> },
): Omit<InvokeConfig, 'lastModified'> {
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = input;
  if (MaximumRetryAttempts === undefined && MaximumEventAgeInSeconds === undefined && DestinationConfig === undefined) {
    throw invalid('You must specify at least one of error handling or destination setting.');
  }
  return {
    ...(MaximumRetryAttempts !== undefined && { maximumRetryAttempts: MaximumRetryAttempts }),
    ...(MaximumEventAgeInSeconds !== undefined && { maximumEventAgeInSeconds: MaximumEventAgeInSeconds }),
    ...(DestinationConfig && { destinations: checkDestinations(DestinationConfig, platform) }),
  };
}

function qualifiedArn({ account, region, name, qualifier = LATEST }: FunctionName): string {
  return formatFunctionArn({ account, region, name, qualifier });
}

function checkDestinations(
  destinations: DestinationConfig,
  { standIns }: { readonly standIns: Pick<StandIns, 'allows'> },
): DestinationConfig {
  for (const { Destination } of [destinations.OnSuccess ?? {}, destinations.OnFailure ?? {}]) {
    const service = Destination === undefined ? undefined : parseArn(Destination)?.service;
    if (Destination === undefined) continue;
    if (service !== undefined && (DESTINATION_SERVICES.includes(service) || standIns.allows(service))) continue;
    throw invalid(
      `Earwitness sends results of invocations to SQS queues, functions and event buses, not to ${Destination}.`,
    );
  }
  return destinations;
}

function describe({ fn, qualifier }: Pick<Found, 'fn' | 'qualifier'>, config: InvokeConfig): FunctionEventInvokeConfig {
  const { maximumRetryAttempts, maximumEventAgeInSeconds, destinations } = config;
  return {
    LastModified: config.lastModified,
    FunctionArn: qualifiedArn({ ...fn, qualifier }),
    ...(maximumRetryAttempts !== undefined && { MaximumRetryAttempts: maximumRetryAttempts }),
    ...(maximumEventAgeInSeconds !== undefined && { MaximumEventAgeInSeconds: maximumEventAgeInSeconds }),
    DestinationConfig: destinations ?? { OnSuccess: {}, OnFailure: {} },
  };
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', message);
}
