// A process' channel: the Lambda Runtime API, over one connection that stays open. The connection keeps the event loop
// alive only while a request is under way, and none is while the handler works.
import type { FunctionError } from '../../outcome.ts';
import type { InvokeMessage, WorkerMessage } from '../../worker/messages.ts';
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
  const { byteLength, from } = Buffer;
  const ERROR_TYPE = 'Lambda-Runtime-Function-Error-Type';
  const ERROR_BODY = 'Lambda-Runtime-Function-Error-Body';
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
  /** The answer that is streamed. */
  let stream: ReturnType<typeof open> | undefined;

  type Headers = Readonly<Record<string, string | string[] | undefined>>;
  const open = (method: string, path: string, headers: Record<string, string | number>) => {
    const outgoing = request({ agent, host, port, method, path: `/2018-06-01/runtime${path}`, headers });
    const answered = new Promise<{ readonly headers: Headers; readonly text: string }>((resolve) => {
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
    });
    return { outgoing, answered };
  };
  const call = (method: string, path: string, body = '') => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': byteLength(body) };
    const { outgoing, answered } = open(method, path, headers);
    outgoing.end(body);
    return answered;
  };
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
  const openStream = (contentType: string) => {
    stream ??= open('POST', `/invocation/${requestId}/response`, {
      'Content-Type': contentType,
      'Lambda-Runtime-Function-Response-Mode': 'streaming',
      'Transfer-Encoding': 'chunked',
      Trailer: `${ERROR_TYPE}, ${ERROR_BODY}`,
    });
    return stream;
  };
  const endStream = ({ outgoing, answered }: ReturnType<typeof open>, error?: FunctionError) => {
    requestId = undefined;
    stream = undefined;
    if (error) {
      const body = from(textOf(error)).toString('base64');
      outgoing.addTrailers({ [ERROR_TYPE]: error.errorType.replace(/[^\x21-\x7e]/g, ''), [ERROR_BODY]: body });
    }
    outgoing.socket?.ref();
    outgoing.end();
    sent = answered;
    return sent;
  };
  const answer = (verb: 'response' | 'error', body: string) => {
    const path = `/invocation/${requestId}/${verb}`;
    requestId = undefined;
    sent = call('POST', path, body);
    return sent;
  };
  const textOf = ({ errorType, errorMessage, trace = [] }: FunctionError) =>
    stringify({ errorType, errorMessage, trace });

  const fail = (error: FunctionError) => (stream ? endStream(stream, error) : answer('error', textOf(error)));
  /** An answer to an invocation that is over is dropped. */
  const isUnderWay = ({ invocation }: { readonly invocation: number }) =>
    invocation === invocations && requestId !== undefined;

  const post = (message: WorkerMessage) => {
    switch (message.kind) {
      case 'log':
        print(message);
        break;
      case 'ready':
        void fetchNext();
        break;
      case 'returned':
        if (isUnderWay(message)) void answer('response', message.payload).then(fetchNext);
        break;
      case 'streamed':
        if (isUnderWay(message)) void endStream(openStream(message.contentType)).then(fetchNext);
        break;
      case 'threw':
        if (isUnderWay(message)) void fail(message.error).then(fetchNext);
        break;
      case 'died':
        if (requestId !== undefined) void fail(message.error);
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
    write(chunk, done) {
      if (!isUnderWay(chunk)) return;
      const { outgoing } = openStream(chunk.contentType);
      outgoing.socket?.ref();
      outgoing.write(chunk.bytes, () => {
        // Only the handler's own work keeps the event loop alive between two pieces; the end is waited for.
        if (stream?.outgoing === outgoing) outgoing.socket?.unref();
        done();
      });
    },
    leave: (code) => void sent.then(() => exit(code)),
  };
}
