// What a function has logged: the events of its log group.
import { type FoundFunction, functionNamed } from './function-name.ts';
import { callAws, loadSdk } from './sdk.ts';

/** Which lines. */
export interface LogOptions {
  /** The earliest, epoch milliseconds of the cloud's clock. Default: when this process began. */
  readonly since?: number;
}

/** One line of a function's log. */
export interface LogLine {
  /** Epoch milliseconds of the cloud's clock. */
  readonly at: number;
  /** As it was logged, Lambda's own lines (`START`, `END`, `REPORT`) among them. */
  readonly message: string;
  /** The log stream: one for each environment of the function. */
  readonly stream: string;
}

const CALL = 'cloud.logs()';

/** @throws TransportError, ConfigurationError */
export async function readLogs(
  name: string,
  { since = performance.timeOrigin }: LogOptions,
): Promise<readonly LogLine[]> {
  const sdk = await loadSdk(CALL, '@aws-sdk/client-cloudwatch-logs', () => import('@aws-sdk/client-cloudwatch-logs'));
  const logGroupName = await findLogGroup(await functionNamed(CALL, name));
  const query = { logGroupName, startTime: Math.floor(since) };
  return callAws(CALL, new sdk.CloudWatchLogsClient({}), async (client) => {
    const lines: LogLine[] = [];
    try {
      for await (const { events = [] } of sdk.paginateFilterLogEvents({ client }, query)) {
        for (const { timestamp: at = 0, message = '', logStreamName: stream = '' } of events) {
          lines.push({ at, message: message.trimEnd(), stream });
        }
      }
    } catch (error) {
      // A function that was never invoked has no log group.
      if (!(error instanceof sdk.ResourceNotFoundException)) throw error;
    }
    return lines.sort((one, other) => one.at - other.at);
  });
}

async function findLogGroup({ name, logGroup }: FoundFunction): Promise<string> {
  if (logGroup !== undefined) return logGroup;
  const sdk = await loadSdk(CALL, '@aws-sdk/client-lambda', () => import('@aws-sdk/client-lambda'));
  const { FunctionName = name, LoggingConfig } = await callAws(CALL, new sdk.LambdaClient({}), (client) =>
    client.send(new sdk.GetFunctionConfigurationCommand({ FunctionName: name })),
  );
  return LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`;
}
