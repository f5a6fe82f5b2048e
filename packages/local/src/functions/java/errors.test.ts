// How functions in Java fail, and what they leave in the log. Sources: Lambda developer guide, "Java function errors";
// aws-lambda-java-runtime-interface-client (AWSLambda, UserFault, EventHandlerLoader: sentences, what is told at init);
// LocalStack test_lambda (Runtime.ExitError, Sandbox.Timedout).
import { afterEach, describe, expect, test } from 'vitest';
import { cleanUp } from '../test-function.ts';
import { CORE_SOURCES, compile, IMPORTS, java, jdk, printed } from './test-java.ts';

afterEach(cleanUp);

const code = compile({
  ...CORE_SOURCES,
  'shop/Fails.java': `package shop; ${IMPORTS}
public class Fails implements RequestHandler<Map<String, String>, String> {
  public String handleRequest(Map<String, String> event, Context context) {
    try {
      throw new IllegalArgumentException("no such order");
    } catch (IllegalArgumentException error) {
      throw new IllegalStateException("cannot pack: é", error);
    }
  }
  public String method(String event) throws IOException {
    throw new IOException();
  }
}`,
  'shop/Odd.java': `package shop; ${IMPORTS}
    public class Odd {
      public String text(String text) { return text; }
      public Number number(Integer number) { return number; }
      public Order order(Order order) { return order; }
      public Object circle() { List<Object> list = new ArrayList<>(); list.add(list); return list; }
      public void exit(int code) { System.out.print("bye"); System.exit(code); }
      public void loop() { System.out.println("at work"); while (true) { } }
      public void deep() { deep(); }
      public String again() { return "again, " + System.getProperty("shop"); }
      public Object fill() { List<byte[]> kept = new ArrayList<>(); while (true) kept.add(new byte[1 << 20]); }
      public void logs(Object event, Context context) {
        System.out.println("line\\nnext"); System.err.println("ünder"); context.getLogger().log("one\\ntwo");
        context.getLogger().log("bytes".getBytes()); System.out.print("three");
      }
      public void levels(Object event, Context context) {
        LambdaLogger logger = context.getLogger();
        logger.log("plain"); logger.log("low", com.amazonaws.services.lambda.runtime.logging.LogLevel.DEBUG);
        logger.log("hi", com.amazonaws.services.lambda.runtime.logging.LogLevel.WARN);
      }
    }`,
  'shop/Order.java': `package shop; public class Order { public Order(String id) { } }`,
  'shop/NoConstructor.java': `package shop; public class NoConstructor {
    NoConstructor(int size) { } public String go() { return ""; } }`,
  'shop/BadConstructor.java': `package shop; public class BadConstructor {
    public BadConstructor() { throw new IllegalStateException("no table"); } public String go() { return ""; } }`,
  'shop/BadStatic.java': `package shop; public class BadStatic {
    static { if (true) throw new IllegalStateException("no key"); } public String go() { return ""; } }`,
});

const invoke = async (handler: string, event: unknown = {}, memoryMb = 512) => {
  const { invoke } = await java(code, handler, { memoryMb });
  return await invoke(event);
};
const errorOf = async (handler: string, event?: unknown) => JSON.parse((await invoke(handler, event)).payload);

describe.skipIf(!jdk)('a function in Java', () => {
  test('that throws is answered with its error, its frames and its cause, and logs them as one event', async () => {
    const { invoke, journal } = await java(code, 'shop.Fails');
    const result = await invoke({});
    const frames = ['shop.Fails.handleRequest(Fails.java:7)', 'shop.Fails.handleRequest(Fails.java:2)'];
    expect(JSON.parse(result.payload)).toEqual({
      errorMessage: 'cannot pack: é',
      errorType: 'java.lang.IllegalStateException',
      stackTrace: frames,
      cause: {
        errorMessage: 'no such order',
        errorType: 'java.lang.IllegalArgumentException',
        stackTrace: ['shop.Fails.handleRequest(Fails.java:5)', frames[1]],
      },
    });
    const finished = journal.read().find(({ kind }) => kind === 'function.finished');
    expect(finished).toMatchObject({
      error: { name: 'java.lang.IllegalStateException', message: 'cannot pack: é', stack: frames },
    });
    expect(printed(result)).toEqual([
      `cannot pack: é: java.lang.IllegalStateException
java.lang.IllegalStateException: cannot pack: é
\tat shop.Fails.handleRequest(Fails.java:7)
\tat shop.Fails.handleRequest(Fails.java:2)
Caused by: java.lang.IllegalArgumentException: no such order
\tat shop.Fails.handleRequest(Fails.java:5)
\t... 1 more`,
    ]);
  });

  test('that throws an error without a message names its class', async () => {
    const { stackTrace, ...error } = await errorOf('shop.Fails::method', '');
    expect([error, stackTrace[0]]).toEqual([
      { errorMessage: 'java.io.IOException', errorType: 'java.io.IOException' },
      'shop.Fails.method(Fails.java:11)',
    ]);
  });

  test.each([
    ['shop.Nope', { errorMessage: 'Class not found: shop.Nope', errorType: 'java.lang.ClassNotFoundException' }],
    [
      'shop.Odd::nope',
      { errorMessage: 'No public method named nope with appropriate method signature found on class shop.Odd' },
    ],
    ['shop.Odd', { errorMessage: 'Class does not implement an appropriate handler interface: shop.Odd' }],
    ['::text', { errorMessage: "Invalid handler: `::text'" }],
    [
      'shop.NoConstructor::go',
      {
        errorMessage: 'Class shop.NoConstructor has no public zero-argument constructor',
        errorType: 'java.lang.Exception',
      },
    ],
    ['shop.BadConstructor::go', { errorMessage: 'no table', errorType: 'java.lang.IllegalStateException' }],
    [
      'shop.BadStatic::go',
      { errorMessage: 'Error loading class shop.BadStatic', errorType: 'java.lang.ExceptionInInitializerError' },
    ],
  ])('whose handler is %s says what is wrong', async (handler, error) => {
    expect(await errorOf(handler)).toEqual(error);
  });

  test.each([
    [
      'text',
      {},
      'Cannot deserialize value of type `java.lang.String` from Object value (token `JsonToken.START_OBJECT`)',
    ],
    ['number', 'x', 'Cannot deserialize value of type `java.lang.Integer` from String "x"'],
    [
      'number',
      [1, 2],
      'Cannot deserialize value of type `java.lang.Integer` from Array value (token `JsonToken.START_ARRAY`)',
    ],
    [
      'order',
      {},
      'Cannot construct instance of `shop.Order` (no Creators, like default constructor, exist): cannot deserialize from Object value (no delegate- or property-based Creator)',
    ],
  ])('whose method %s cannot take the event %j says so', async (method, event, reason) => {
    const { cause, ...error } = await errorOf(`shop.Odd::${method}`, event);
    expect(error).toEqual({
      errorMessage: 'An error occurred during JSON parsing',
      errorType: 'java.lang.RuntimeException',
      stackTrace: [],
    });
    expect([cause.errorType, cause.cause.errorMessage]).toEqual(['java.io.UncheckedIOException', reason]);
  });

  test('whose answer is a circle says so', async () => {
    expect((await errorOf('shop.Odd::circle')).errorMessage).toBe(
      'An error occurred during JSON serialization of response',
    );
  });

  test.each([
    [0, 'Runtime exited without providing a reason'],
    [3, 'Runtime exited with error: exit status 3'],
  ])('that ends by System.exit(%i) is answered so', async (status, sentence) => {
    const result = await invoke('shop.Odd::exit', status);
    expect(JSON.parse(result.payload)).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: request-1 Error: ${sentence}`,
    });
    expect(printed(result)[0]).toBe('bye');
  });

  test('that loops is ended by the clock', async () => {
    const { invoke, clock, printed } = await java(code, 'shop.Odd::loop');
    const atWork = printed('at work');
    const answer = invoke({});
    await atWork;
    await clock.advance(3000);
    expect(JSON.parse((await answer).payload)).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: 'RequestId: request-1 Error: Task timed out after 3.00 seconds',
    });
  });

  test('that recurses without end overflows its stack, and says where', async () => {
    const { errorType, stackTrace } = await errorOf('shop.Odd::deep');
    expect([errorType, stackTrace[0]]).toEqual(['java.lang.StackOverflowError', 'shop.Odd.deep(Odd.java:9)']);
  });

  test('that fills its memory runs out of Java heap, 85 % of what it has', async () => {
    const { errorMessage, errorType } = JSON.parse((await invoke('shop.Odd::fill', {}, 512)).payload);
    expect([errorType, errorMessage]).toEqual(['java.lang.OutOfMemoryError', 'Java heap space']);
  });

  test('logs lines, and what its logger takes as one event each', async () => {
    expect(printed(await invoke('shop.Odd::logs')).sort()).toEqual(
      ['line', 'next', 'ünder', 'one\ntwo', 'bytes', 'three'].sort(),
    );
  });

  test('logs JSON from its level on, where that is asked for', async () => {
    const variables = { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: 'INFO' };
    const { invoke } = await java(code, 'shop.Odd::levels', { variables, logFormat: 'JSON' });
    const lines = printed(await invoke({})).map((line) => ({ ...JSON.parse(line), timestamp: '' }));
    expect(lines).toEqual([
      { timestamp: '', message: 'plain', level: 'UNDEFINED', AWSRequestId: 'request-1' },
      { timestamp: '', message: 'hi', level: 'WARN', AWSRequestId: 'request-1' },
    ]);
  });

  test('gets what JAVA_TOOL_OPTIONS says', async () => {
    const { invoke } = await java(code, 'shop.Odd::again', { variables: { JAVA_TOOL_OPTIONS: '-Dshop=open' } });
    const result = await invoke({});
    expect([result.payload, printed(result)]).toEqual([
      '"again, open"',
      // The JVM's own line, which is in Lambda's log, too.
      ['Picked up JAVA_TOOL_OPTIONS: -Dshop=open'],
    ]);
  });
});
