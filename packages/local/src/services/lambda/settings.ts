// A function's settings: defaults, merging of updates, and what Lambda refuses. What does not run here stands in
// (stand-in.ts).
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  CreateFunctionRequest,
  LoggingConfig,
  UpdateFunctionConfigurationRequest,
} from '@earwitness/protocol/internal/aws/models/lambda.types';
import type { Settings } from './function.ts';
import { successorOf } from './runtime-in-use.ts';
import { unservedSettings } from './stand-in.ts';

export type SettingsInput = Omit<CreateFunctionRequest, 'Code' | 'FunctionName' | 'Role'> &
  Pick<UpdateFunctionConfigurationRequest, 'Role'>;

/** Source: docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const RESERVED_VARIABLES =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_DEFAULT_REGION|AWS_REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_(?!EXEC_WRAPPER).*|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/;

/** Seconds; the model only names the least. Source: docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const TIMEOUT_MAX_SECONDS = 900;

/** A function's settings where none are given; also what it goes back to. */
export const DEFAULT_SETTINGS = { description: '', timeout: 3, memorySize: 128 };

/** @throws ServiceError `InvalidParameterValueException` */
export function createSettings(name: string, input: SettingsInput & { readonly Role: string }): Settings {
  const isImage = input.PackageType === 'Image';
  if (!isImage && (input.Runtime === undefined || input.Handler === undefined)) {
    const missing = input.Runtime === undefined ? 'Runtime' : 'Handler';
    throw invalid(`${missing} and Handler are mandatory parameters for functions created with deployment packages.`);
  }
  const defaults: Settings = {
    ...DEFAULT_SETTINGS,
    role: input.Role,
    packageType: input.PackageType ?? 'Zip',
    runtime: input.Runtime ?? '',
    handler: input.Handler ?? '',
    layers: [],
    unserved: [],
    variables: {},
    showsVariables: false,
    tracing: 'PassThrough',
    architecture: input.Architectures?.[0] ?? 'x86_64',
    ephemeralStorage: 512,
    snapStart: 'None',
    logFormat: 'Text',
    applicationLogLevel: 'INFO',
    systemLogLevel: 'INFO',
    logGroup: `/aws/lambda/${name}`,
  };
  return updateSettings(name, defaults, input);
}

/** The settings with what `input` names changed. @throws ServiceError `InvalidParameterValueException` */
export function updateSettings(name: string, current: Settings, input: SettingsInput): Settings {
  refuseSettings(input);
  const { deadLetterQueue, ...rest } = current;
  const queue = input.DeadLetterConfig ? input.DeadLetterConfig.TargetArn : deadLetterQueue;
  return {
    ...rest,
    role: input.Role ?? current.role,
    runtime: input.Runtime ?? current.runtime,
    handler: input.Handler ?? current.handler,
    layers: input.Layers ?? current.layers,
    unserved: [...new Set([...current.unserved, ...unservedSettings(input)])],
    description: input.Description ?? current.description,
    timeout: input.Timeout ?? current.timeout,
    memorySize: input.MemorySize ?? current.memorySize,
    variables: input.Environment ? (input.Environment.Variables ?? {}) : current.variables,
    showsVariables: input.Environment ? input.Environment.Variables !== undefined : current.showsVariables,
    tracing: input.TracingConfig?.Mode ?? current.tracing,
    snapStart: input.SnapStart?.ApplyOn ?? current.snapStart,
    ephemeralStorage: input.EphemeralStorage?.Size ?? current.ephemeralStorage,
    ...mergeLogging(name, current, input.LoggingConfig),
    ...(queue !== undefined && queue !== '' && { deadLetterQueue: queue }),
  };
}

/** @throws ServiceError for what Lambda refuses. */
export function refuseSettings(input: SettingsInput): void {
  if (input.Runtime !== undefined) refuseRuntime(input.Runtime);
  if (input.Timeout !== undefined && input.Timeout > TIMEOUT_MAX_SECONDS) {
    throw new ServiceError(
      'ValidationException',
      `1 validation error detected: Value '${input.Timeout}' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to ${TIMEOUT_MAX_SECONDS}`,
    );
  }
  const reserved = Object.keys(input.Environment?.Variables ?? {}).filter((key) => RESERVED_VARIABLES.test(key));
  if (reserved.length > 0) {
    throw invalid(
      'Lambda was unable to configure your environment variables because the environment variables you have provided ' +
        'contains reserved keys that are currently not supported for modification. ' +
        `Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
}

function refuseRuntime(runtime: string): void {
  if (successorOf(runtime) === undefined) return;
  throw invalid(
    `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. ` +
      'We recommend you use a supported runtime while creating or updating functions.',
  );
}

// Levels belong to the format JSON; back in text they are forgotten. Recorded on AWS: LocalStack lambda_api
// TestLoggingConfig.
function mergeLogging(
  name: string,
  current: Settings,
  given: LoggingConfig = {},
): Pick<Settings, 'logFormat' | 'logGroup' | 'applicationLogLevel' | 'systemLogLevel'> {
  const { LogFormat: logFormat = current.logFormat, LogGroup: logGroup = current.logGroup } = given;
  const { ApplicationLogLevel: application, SystemLogLevel: system } = given;
  if (logFormat === 'Text') {
    if (application === undefined && system === undefined) {
      return { logFormat, logGroup, applicationLogLevel: 'INFO', systemLogLevel: 'INFO' };
    }
    throw invalid(
      `LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from your request or change the LogFormat to "JSON" and try again (function ${name}).`,
    );
  }
  return {
    logFormat,
    logGroup,
    applicationLogLevel: application ?? current.applicationLogLevel,
    systemLogLevel: system ?? current.systemLogLevel,
  };
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', message);
}
