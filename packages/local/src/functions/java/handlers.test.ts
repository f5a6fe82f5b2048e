// What a handler in Java may be, and what it takes and returns. Sources: Lambda developer guide, "Define Lambda
// function handler in Java"; aws-lambda-java-runtime-interface-client, EventHandlerLoader;
// aws-lambda-java-serialization, JacksonFactory (names, null, what it forgives).
import { afterEach, describe, expect, test } from 'vitest';
import { cleanUp } from '../test-function.ts';
import { releaseOf } from './jdk.ts';
import { CORE_SOURCES, compile, IMPORTS, java, jdk, printed } from './test-java.ts';

afterEach(cleanUp);

const SOURCES = {
  'shop/Typed.java': `package shop; ${IMPORTS}
    public class Typed implements RequestHandler<Order, Receipt> {
      public Receipt handleRequest(Order order, Context context) {
        Receipt receipt = new Receipt();
        receipt.setOrderId(order.getId() + "/" + context.getAwsRequestId());
        receipt.total = order.getLines().stream().mapToDouble(line -> line.price * line.count).sum();
        receipt.colour = order.colour;
        return receipt;
      }
    }`,
  'shop/Order.java': `package shop; ${IMPORTS}
    public class Order {
      private String id; private List<Line> lines; public Colour colour; private boolean paid;
      public String getId() { return id; } public void setId(String id) { this.id = id; }
      public List<Line> getLines() { return lines; } void setLines(List<Line> lines) { this.lines = lines; }
      public boolean isPaid() { return paid; } public void setPaid(boolean paid) { this.paid = paid; }
      public enum Colour { RED, BLUE }
      public static class Line { public double price; public int count = 1; }
    }`,
  'shop/Receipt.java': `package shop; ${IMPORTS}
    public class Receipt {
      private String orderId; public double total; public Order.Colour colour; private String secret = "no"; public String note;
      public String getOrderId() { return orderId; } public void setOrderId(String orderId) { this.orderId = orderId; }
      public String getURL() { return "https://shop.test"; }
      public Optional<String> getGift() { return Optional.empty(); }
    }`,
  'shop/Maps.java': `package shop; ${IMPORTS}
    public class Maps implements RequestHandler<Map<String, Object>, Map<String, Object>> {
      public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
        Map<String, Object> classes = new LinkedHashMap<>();
        event.forEach((key, value) -> classes.put(key, value == null ? null : value.getClass().getSimpleName() + " " + value));
        return classes;
      }
    }`,
  'shop/Streams.java': `package shop; ${IMPORTS}
    public class Streams implements RequestStreamHandler {
      public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        for (int next = in.read(); next >= 0; next = in.read()) out.write(next);
        out.write((" " + context.getFunctionName()).getBytes());
      }
    }`,
  'shop/Methods.java': `package shop; ${IMPORTS}
    public class Methods {
      private int calls = 0;
      public int count() { return ++calls; }
      public String text(String name) { return "Grüße, " + name; }
      public List<Integer> numbers(List<Integer> numbers) { Collections.reverse(numbers); return numbers; }
      public static Object fixed(Object event) { return event; }
      public void nothing(Map<String, String> event, Context context) { System.out.println(event.get("a")); }
      public String contextOnly(Context context) { return context.getInvokedFunctionArn(); }
      public void copy(InputStream in, OutputStream out) throws IOException { out.write(in.read()); out.write('1'); }
      public void out(OutputStream out, Context context) throws IOException { out.write('"'); out.write('o'); out.write('"'); }
      public String many(String a) { return "short"; }
      public String many(String a, Context context) { return "with context"; }
      public Page<Order> page(Page<Order> page) { return page; }
      public Object all(Everything all) { return all; }
      public String wrong(String a, String b, String c) { return a; }
    }`,
  'shop/Page.java': `package shop; ${IMPORTS} public class Page<T> { public List<T> items; public Map<String, T> byName; }`,
  'shop/Base.java': `package shop; ${IMPORTS}
    public abstract class Base<A, B> implements RequestHandler<List<A>, B> {
      public B handleRequest(List<A> input, Context context) { return work(input.get(0)); }
      abstract B work(A first);
    }`,
  'shop/Derived.java': `package shop; ${IMPORTS}
    public class Derived extends Base<Order, String> { String work(Order order) { return order.getId(); } }`,
  'shop/Everything.java': `package shop; ${IMPORTS}
    public class Everything {
      public byte b; public short s; public int i; public long l; public float f; public double d; public char c; public boolean t;
      public Integer boxed; public java.math.BigDecimal decimal; public java.math.BigInteger big; public byte[] bytes;
      public java.nio.ByteBuffer buffer; public int[] array; public Set<String> set; public Date date; public UUID uuid;
      public java.time.Instant instant; public java.time.LocalDate day; public Object any; public transient String hidden = "x";
      public Order.Colour unknown; public Order empty; public List<String> single; public int unwrapped; public String number;
    }`,
  'shop/ContextShow.java': `package shop; ${IMPORTS}
    public class ContextShow implements RequestHandler<Object, Map<String, Object>> {
      public Map<String, Object> handleRequest(Object event, Context c) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("requestId", c.getAwsRequestId()); shown.put("function", c.getFunctionName());
        shown.put("memory", c.getMemoryLimitInMB()); shown.put("arn", c.getInvokedFunctionArn());
        shown.put("version", c.getFunctionVersion()); shown.put("group", c.getLogGroupName()); shown.put("stream", c.getLogStreamName());
        shown.put("hasTime", c.getRemainingTimeInMillis() > 0 && c.getRemainingTimeInMillis() <= 3000);
        shown.put("identity", c.getIdentity()); shown.put("custom", c.getClientContext().getCustom());
        shown.put("env", c.getClientContext().getEnvironment()); shown.put("app", c.getClientContext().getClient().getAppPackageName());
        shown.put("trace", System.getProperty("com.amazonaws.xray.traceHeader")); shown.put("itself", c.equals(c));
        shown.put("logger", c.getLogger() != null); shown.put("loader", Thread.currentThread().getContextClassLoader() == getClass().getClassLoader());
        return shown;
      }
    }`,
};

const code = compile({ ...CORE_SOURCES, ...SOURCES });
const answerOf = async (handler: string, event: unknown, more = {}) => {
  const { invoke } = await java(code, handler);
  return await invoke(event, more);
};

describe.skipIf(!jdk)('a handler in Java', () => {
  test('implements RequestHandler: objects in and out, by setters, getters and public fields', async () => {
    const order = {
      id: 'o-1',
      lines: [{ price: 2.5, count: 2 }, { price: 1 }],
      colour: 'BLUE',
      unknown: [1],
      paid: true,
    };
    const { payload } = await answerOf('shop.Typed', order);
    // Null is left away; the order is that of the fields, then of the other getters.
    expect(payload).toMatchInlineSnapshot(
      `"{"orderId":"o-1/request-1","total":6.0,"colour":"BLUE","URL":"https://shop.test","gift":null}"`,
    );
  });

  test('takes what its superclass says that it takes', async () => {
    expect((await answerOf('shop.Derived', [{ id: 'o-2' }])).payload).toBe('"o-2"');
  });

  test('implements RequestHandler with maps: values are of the classes that Jackson makes', async () => {
    const event = {
      text: 'é',
      int: 1,
      long: 3_000_000_000,
      double: 1.5,
      yes: true,
      list: [1],
      map: { a: null },
      none: null,
    };
    const { payload } = await answerOf('shop.Maps', event);
    expect(JSON.parse(payload)).toEqual({
      text: 'String é',
      int: 'Integer 1',
      long: 'Long 3000000000',
      double: 'Double 1.5',
      yes: 'Boolean true',
      list: 'ArrayList [1]',
      map: 'LinkedHashMap {a=null}',
    });
  });

  test('implements RequestStreamHandler: bytes in and out', async () => {
    expect((await answerOf('shop.Streams', { a: 1 })).payload).toBe('{"a":1} orders');
  });

  test.each([
    ['count', {}, '1'],
    ['text', 'Ö', '"Grüße, Ö"'],
    ['text', 5, '"Grüße, 5"'],
    ['numbers', [1, 2, 3], '[3,2,1]'],
    ['numbers', 4, '[4]'],
    ['fixed', { a: [1.5, '"\\\n\u0001'], b: {} }, '{"a":[1.5,"\\"\\\\\\n\\u0001"],"b":{}}'],
    ['nothing', { a: 'b' }, 'null'],
    ['contextOnly', {}, '"arn:aws:lambda:eu-west-1:000000000000:function:orders"'],
    ['copy', 7, '71'],
    ['out', {}, '"o"'],
    ['many', 'a', '"with context"'],
    [
      'page',
      { items: [{ id: 'a' }], byName: { b: { id: 'b' } } },
      '{"items":[{"id":"a","paid":false}],"byName":{"b":{"id":"b","paid":false}}}',
    ],
  ])('may be the method %s', async (method, event, expected) => {
    expect((await answerOf(`shop.Methods::${method}`, event)).payload).toBe(expected);
  });

  test('takes and returns every kind of value', async () => {
    const numbers = {
      b: 1,
      s: 2,
      i: 3,
      l: 4,
      f: 1.5,
      d: 2.5,
      c: 'x',
      t: true,
      boxed: null,
      decimal: 1.1,
      big: 12345678901234567890n,
    };
    const others = {
      bytes: 'AQI=',
      buffer: 'AwQ=',
      array: [1, 2],
      set: ['a'],
      date: 1_700_000_000_000,
      uuid: '00000000-0000-0000-0000-000000000001',
      instant: '2026-11-29T10:00:00.5Z',
      day: '2026-11-29',
      any: { a: [1] },
      hidden: 'in',
      unknown: 'GREEN',
      empty: '',
      single: 'one',
      unwrapped: [5],
      number: 6,
    };
    const text = JSON.stringify({ ...numbers, ...others }, (_key, value) =>
      typeof value === 'bigint' ? `BIG${value}` : value,
    ).replace(/"BIG(\d+)"/, '$1');
    const { payload } = await answerOf('shop.Methods::all', {}, { event: text });
    expect(payload).toMatchInlineSnapshot(
      `"{"b":1,"s":2,"i":3,"l":4,"f":1.5,"d":2.5,"c":"x","t":true,"decimal":1.1,"big":12345678901234567890,"bytes":"AQI=","buffer":"AwQ=","array":[1,2],"set":["a"],"date":1700000000000,"uuid":"00000000-0000-0000-0000-000000000001","instant":1795946400.500000000,"day":[2026,11,29],"any":{"a":[1]},"single":["one"],"unwrapped":5,"number":"6"}"`,
    );
  });

  test.skipIf(!jdk?.version || releaseOf(jdk.version) < 16)('takes and returns records', async () => {
    const records = compile({
      'shop/Sale.java': `package shop; import java.util.*;
        public record Sale(String id, double total, List<Sale> parts) { public String label() { return id; } }`,
      'shop/Sales.java': 'package shop; public class Sales { public static Sale go(Sale sale) { return sale; } }',
    });
    const { invoke } = await java(records, 'shop.Sales::go');
    const { payload } = await invoke({ id: 's', total: 1, parts: [{ id: 'p', more: 1 }] });
    expect(payload).toBe('{"id":"s","total":1.0,"parts":[{"id":"p","total":0.0}]}');
  });

  test('has a context, and the trace of its invocation', async () => {
    const names = { VERSION: '$LATEST', MEMORY_SIZE: '512' };
    const variables = {
      ...Object.fromEntries(Object.entries(names).map(([name, value]) => [`AWS_LAMBDA_FUNCTION_${name}`, value])),
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/orders',
      AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/22/[$LATEST]1',
    };
    const { invoke } = await java(code, 'shop.ContextShow', { variables });
    const { payload } = await invoke(
      {},
      {
        traceId: 'Root=1-2-3',
        clientContext: { custom: { a: 'b' }, env: { platform: 'test' }, client: { app_package_name: 'shop' } },
      },
    );
    expect(JSON.parse(payload)).toEqual({
      requestId: 'request-1',
      function: 'orders',
      memory: 512,
      arn: 'arn:aws:lambda:eu-west-1:000000000000:function:orders',
      version: '$LATEST',
      group: '/aws/lambda/orders',
      stream: '2026/11/22/[$LATEST]1',
      hasTime: true,
      custom: { a: 'b' },
      env: { platform: 'test' },
      app: 'shop',
      trace: 'Root=1-2-3',
      itself: true,
      logger: true,
      loader: true,
    });
  });

  test('that returns nothing has printed all the same', async () => {
    expect(printed(await answerOf('shop.Methods::nothing', { a: 'b' }))).toEqual(['b']);
  });

  test('keeps its object for a hundred warm invocations', async () => {
    const { invoke } = await java(code, 'shop.Methods::count');
    for (let call = 1; call < 100; call++) await invoke({});
    expect((await invoke({})).payload).toBe('100');
  });
});
