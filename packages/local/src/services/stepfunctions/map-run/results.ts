// What a map run leaves behind: a list, or files in S3 with a manifest.
// Source: Step Functions developer guide, "ResultWriter".
import type { Execution } from '@earwitness/protocol/internal/states-language/interpreter/execution';
import type { MapRun } from '@earwitness/protocol/internal/states-language/interpreter/happening';
import { isArray, isObject, type Json, type JsonObject } from '@earwitness/protocol/internal/states-language/json';
import { StatesError } from '@earwitness/protocol/internal/states-language/states-error';
import type { Platform } from '../../../platform.ts';
import { sdkRefusal } from '../tasks/refusal.ts';
import { callService } from '../tasks/service-call.ts';
import type { Task } from '../tasks/task.ts';

/** A child that is over, as much as results tell of it. */
export type Ended = Pick<Execution, 'about' | 'status' | 'output' | 'failure' | 'stoppedAt' | 'redriveCount'>;

type Writer = NonNullable<MapRun['writer']>;

/** What the state gets without a file: outputs; of a child that failed and was tolerated, what it was. */
export function resultsOf(children: readonly Ended[], writer: Writer | undefined): Json[] {
  const transformation = writer?.config['Transformation'] ?? 'COMPACT';
  return transformed(children, String(transformation));
}

function transformed(children: readonly Ended[], transformation: string): Json[] {
  if (transformation === 'NONE') return children.map(described);
  const outputs = children.map((child) => (child.output === undefined ? described(child) : child.output));
  return transformation === 'FLATTEN' ? outputs.flatMap((output) => (isArray(output) ? output : [output])) : outputs;
}

/** As DescribeExecution, with large letters. */
function described({ about, status, output, failure, stoppedAt, redriveCount }: Ended): JsonObject {
  const { error, cause } = failure ?? {};
  return {
    ...(cause !== undefined && { Cause: cause }),
    ...(error !== undefined && { Error: error }),
    ExecutionArn: about.executionArn,
    Input: about.inputText,
    InputDetails: { Included: true },
    Name: about.name,
    ...(output !== undefined && { Output: JSON.stringify(output), OutputDetails: { Included: true } }),
    RedriveCount: redriveCount,
    StartDate: new Date(about.startedAt).toISOString(),
    StateMachineArn: about.stateMachineArn,
    Status: status,
    ...(stoppedAt !== undefined && { StopDate: new Date(stoppedAt).toISOString() }),
  };
}

const S3 = { service: 's3', prefix: 'S3' } as const;

function fault(cause: string): StatesError {
  return new StatesError('States.ResultWriterFailed', cause);
}

/** Writes the files and says where they are. @throws StatesError `States.ResultWriterFailed` */
export async function writeResults(
  platform: Platform,
  task: Task,
  { writer, mapRunArn, children }: { writer: Writer; mapRunArn: string; children: readonly Ended[] },
): Promise<JsonObject> {
  const { arguments: given = {} } = writer;
  if (!isObject(given)) throw fault('The arguments of ResultWriter must be a JSON object');
  const { Bucket = '', Prefix } = given;
  const { Transformation: transformation = 'NONE', OutputType: type = 'JSON' } = writer.config;
  const [uuid] = mapRunArn.split(':').slice(-1);
  const folder = [Prefix, uuid].filter((part) => part !== undefined && part !== '').join('/');
  const put = async (name: string, text: string) => {
    const parameters = { Bucket, Key: `${folder}/${name}`, Body: text, ContentType: 'application/json' };
    const answer = await callService(platform, task, { service: 's3', operation: 'PutObject', parameters });
    if (answer.kind === 'refused') throw fault(sdkRefusal(S3, answer).cause);
    if (answer.kind === 'not called') throw fault(answer.problems.join(', '));
    return { Key: `${folder}/${name}`, Size: Buffer.byteLength(text) };
  };
  const files = async (status: 'SUCCEEDED' | 'FAILED' | 'PENDING', some: readonly Ended[]) => {
    if (some.length === 0) return [];
    const items = transformed(some, String(transformation));
    const isLines = type === 'JSONL';
    const text = isLines ? items.map((item) => JSON.stringify(item)).join('\n') : JSON.stringify(items);
    return [await put(`${status}_0.${isLines ? 'jsonl' : 'json'}`, text)];
  };
  const succeeded = children.filter(({ status }) => status === 'SUCCEEDED');
  const failed = children.filter(({ status }) => status === 'FAILED' || status === 'TIMED_OUT');
  const pending = children.filter((child) => !succeeded.includes(child) && !failed.includes(child));
  const manifest = {
    DestinationBucket: Bucket,
    MapRunArn: mapRunArn,
    ResultFiles: {
      FAILED: await files('FAILED', failed),
      PENDING: await files('PENDING', pending),
      SUCCEEDED: await files('SUCCEEDED', succeeded),
    },
  };
  const { Key } = await put('manifest.json', JSON.stringify(manifest));
  return { MapRunArn: mapRunArn, ResultWriterDetails: { Bucket, Key } };
}
