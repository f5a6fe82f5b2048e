// The environment a function sees: Lambda's variables, the function's own, and where this local cloud is. Nothing of
// the host's: no token, no real credential can reach a handler by mistake.
import { devNull } from 'node:os';
import { proxyVariables } from '../grpc-proxy.ts';
import type { Address } from '../platform.ts';

/** Settings of the function that its environment shows. */
export interface VariableSettings {
  readonly name: string;
  readonly version: string;
  readonly handler: string;
  readonly runtime: string;
  readonly memoryMb: number;
  readonly logGroup: string;
  readonly logStream: string;
  readonly logFormat: 'Text' | 'JSON';
  readonly applicationLogLevel: string;
  readonly region: string;
  readonly initializationType: 'on-demand' | 'snap-start';
  /** Where the function's files are. */
  readonly taskRoot: string;
  /** Access key of the function's role: how the local cloud knows whose call it is. */
  readonly accessKeyId: string;
  /** The function's own variables. They win over what may be set: a template may point a client elsewhere. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Recorded on AWS: LocalStack lambda_common, the environments of python3.14, nodejs24.x and provided.al2023. What names
 * folders of Lambda's machine is added by who knows where they are here.
 */
export function createVariables(settings: VariableSettings, address: Address): Record<string, string> {
  const { runtime, logFormat, applicationLogLevel } = settings;
  const isManaged = !runtime.startsWith('provided');
  return {
    AWS_ENDPOINT_URL: address.http,
    AWS_ACCESS_KEY_ID: settings.accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'earwitness',
    AWS_SESSION_TOKEN: 'earwitness',
    AWS_EC2_METADATA_DISABLED: 'true',
    // botocore asks for the host as it is then, and not for `sync-` before it.
    AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
    // SDKs would read those of the person who runs the local cloud.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    ...(runtime.startsWith('nodejs') && { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' }),
    // For handlers that speak gRPC to our TLS port, such as Momento's SDK: grpc-js reads it when it is imported.
    ...(address.rootsFile !== undefined && { GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: address.rootsFile }),
    ...proxyVariables(address),
    ...settings.variables,
    // Reserved names: CreateFunction refuses them in a function's own variables.
    AWS_REGION: settings.region,
    AWS_DEFAULT_REGION: settings.region,
    ...(isManaged && { AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}` }),
    AWS_LAMBDA_FUNCTION_NAME: settings.name,
    AWS_LAMBDA_FUNCTION_VERSION: settings.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: settings.initializationType,
    AWS_LAMBDA_LOG_GROUP_NAME: settings.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: settings.logStream,
    ...(logFormat === 'JSON' && { AWS_LAMBDA_LOG_FORMAT: logFormat, AWS_LAMBDA_LOG_LEVEL: applicationLogLevel }),
    LAMBDA_TASK_ROOT: settings.taskRoot,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    _HANDLER: settings.handler,
  };
}
