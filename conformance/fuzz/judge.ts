// What an answer must not be: a fault of the cloud's own, a look into its insides, or nothing at all.
import type { Input } from './input.ts';
import type { Answer } from './wire/answer.ts';

/** Ours: processor time that one input may cost the cloud. */
export const OWN_TIME_LIMIT_MS = 2000;

/** Source: Node's http.maxHeaderSize; request line and headers together, less what frames them. */
const HEAD_MAX_BYTES = 16_000;

/** How an answer counts in the summary. */
export type AnswerClass = '2xx' | '3xx' | '4xx' | 'refused' | 'gateway' | 'none';

/** Marks of a stack trace of ours. The compiler of functions names places, too, but none with a whole path. */
const STACK_TRACE =
  /\n\s+at |node:internal|(file:\/\/|[\s("'])\/[\w./-]+\.[cm]?[jt]s:\d+:\d+|\/packages\/\w+\/(dist|src)\//;

/** How a function of the application failed, as the journal tells it: a list of lines. */
const FUNCTION_STACK = /"stack":\[[^\]]*\]/g;

/** Deployed APIs and function URLs speak for a function: 500, 502 and 504 are its failures. */
const FUNCTION_PATH = /^\/(_aws\/|restapis\/[^/]+\/[^/]+\/_user_request_)/;
const FUNCTION_HOST = /\.(execute-api|lambda-url)\./;

export function classify(answer: Answer): AnswerClass {
  if (answer.kind !== 'answered' || answer.status === 0) return 'none';
  if (answer.status < 300) return '2xx';
  if (answer.status < 400) return '3xx';
  if (answer.status < 500) return '4xx';
  return answer.status === 501 || answer.status === 503 || answer.status === 505 ? 'refused' : 'gateway';
}

/** What is wrong with an answer; undefined when nothing is. */
export function findFault(input: Input, answer: Answer | undefined): string | undefined {
  if (!answer) return undefined;
  const isHttp = input.kind === 'http';
  if (answer.kind === 'silent' && isHttp && !input.open) return 'no answer, and the cloud is idle';
  if (answer.kind === 'closed' && isHttp && !isAboveHeadLimit(input)) return `no answer: ${answer.reason}`;
  if (answer.status >= 500 && !isForFunction(input) && !isRefusal(input, answer)) return `status ${answer.status}`;
  // gRPC's INTERNAL and UNKNOWN. Source: grpc.github.io/grpc/core/md_doc_statuscodes.html
  const grpc = answer.headers['grpc-status'] ?? /grpc-status:(\d+)/.exec(answer.text)?.[1];
  if (grpc === '13' || grpc === '2') return `gRPC status ${grpc}`;
  const text = answer.text.replace(FUNCTION_STACK, '');
  if (STACK_TRACE.test(text) && answer.headers['x-amz-function-error'] === undefined)
    return 'a stack trace in the answer';
  return undefined;
}

// Node answers such a head with 431 and closes at once; what was not read of it can turn the end into a reset, which outruns the answer.
function isAboveHeadLimit(input: Input): boolean {
  if (input.kind !== 'http') return false;
  const sizes = input.headers.map(([name, value]) => name.length + value.length);
  return sizes.reduce((sum, size) => sum + size, input.path.length) > HEAD_MAX_BYTES;
}

function isForFunction(input: Input): boolean {
  if (input.kind !== 'http') return false;
  const host = input.headers.find(([name]) => name === 'host')?.[1] ?? '';
  return FUNCTION_PATH.test(input.path) || FUNCTION_HOST.test(host);
}

// Not served, not now, or (a CONNECT) not to be reached, and the answer says what, where an answer has words.
function isRefusal(input: Input, { status, text }: Answer): boolean {
  if (status === 502 && input.kind === 'bytes') return text.includes('\r\n\r\nEarwitness cannot reach ');
  const hasWords = text.length > 0 || (input.kind === 'http' && input.method === 'HEAD');
  return status === 505 || ((status === 501 || status === 503) && hasWords);
}
