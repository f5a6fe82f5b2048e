// A process' channel: the Lambda Runtime API, over one connection that stays open. The connection keeps the event loop
// alive only while a request is under way, and none is while the handler works.
import type { FunctionError } from '../outcome.ts';
import type { InvokeMessage, WorkerMessage } from '../worker/messages.ts';
import type { Channel } from './channel.ts';

export function createRuntimeApiChannel(options: {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  /** The constant part of the handler's context object. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Takes what is printed. */
  readonly print: (message: WorkerMessage) => void;
}): Channel {
  const { address, context, print } = options;
  const { Agent, request } = process.getBuiltinModule('node:http');
  const { parse, stringify } = JSON;
  const { byteLength } = Buffer;
  const { now } = Date;
  const { exit, nextTick } = process;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const [host, port] = address.split(':');

  let listener: ((message: InvokeMessage) => void) | undefined;
  let invocations = 0;
  /** Of the invocation under way. */
  let requestId: string | undefined;
  /** What is on its way. */
  let sent: Promise<unknown> = Promise.resolve();

  type Headers = Readonly<Record<string, string | string[] | undefined>>;
  const call = (method: string, path: string, body = '') =>
    new Promise<{ readonly headers: Headers; readonly text: string }>((resolve) => {
      const headers = { 'Content-Type': 'application/json', 'Content-Length': byteLength(body) };
      const outgoing = request({ agent, host, port, method, path: `/2018-06-01/runtime${path}`, headers });
      outgoing.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ headers: response.headers, text }));
      });
      // Nobody is there any more who would invoke it.
      outgoing.on('error', () => exit(1));
      outgoing.end(body);
    });
  const header = (headers: Headers, name: string) => {
    const value = headers[`lambda-runtime-${name}`];
    return typeof value === 'string' ? value : undefined;
  };

  const fetchNext = async () => {
    const { headers, text } = await call('GET', '/invocation/next');
    const clientContext = header(headers, 'client-context');
    requestId = header(headers, 'aws-request-id');
    const message: InvokeMessage = {
      invocation: ++invocations,
      requestId: requestId ?? '',
      event: text,
      traceId: header(headers, 'trace-id'),
      timeoutMs: Number(header(headers, 'deadline-ms')) - now(),
      context: {
        ...context,
        invokedFunctionArn: header(headers, 'invoked-function-arn'),
        ...(clientContext !== undefined && { clientContext: parse(clientContext) }),
      },
    };
    // Outside of this promise: what the handler throws is its own affair.
    nextTick(() => listener?.(message));
  };
  const answer = (verb: 'response' | 'error', body: string) => {
    const path = `/invocation/${requestId}/${verb}`;
    requestId = undefined;
    sent = call('POST', path, body);
    return sent;
  };
  const textOf = ({ errorType, errorMessage, trace = [] }: FunctionError) =>
    stringify({ errorType, errorMessage, trace });

  const post = (message: WorkerMessage) => {
    switch (message.kind) {
      case 'log':
        print(message);
        break;
      case 'ready':
        void fetchNext();
        break;
      case 'returned':
      case 'threw': {
        // An answer to an invocation that is over is dropped.
        if (message.invocation !== invocations || requestId === undefined) break;
        const isError = message.kind === 'threw';
        void answer(isError ? 'error' : 'response', isError ? textOf(message.error) : message.payload).then(fetchNext);
        break;
      }
      case 'died':
        if (requestId !== undefined) void answer('error', textOf(message.error));
        break;
      case 'init failed':
        sent = call('POST', '/init/error', textOf(message.error));
    }
  };

  return {
    listen(given) {
      listener = given;
    },
    ref() {},
    unref() {},
    post,
    leave: (code) => void sent.then(() => exit(code)),
  };
}
