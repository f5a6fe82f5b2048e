import { describe, expect, test } from 'vitest';
import { type TestOf, testText } from './test-text.ts';

const event = (detail: string, type = 'OrderCreated') =>
  `{"version":"0","id":"e-1","source":"shop","detail-type":${JSON.stringify(type)},"detail":${detail}}`;

/** The text for an event with this detail among others with those. */
function textOf(detail: string, others: readonly string[] = [], more: Partial<TestOf> = {}): string {
  const all = others.map((one) => event(one));
  return testText({ event: event(detail), others: all, bus: 'orders', needsBus: false, ...more });
}

/** Its ids and its detail, on one line. */
function detailOf(detail: string, others: readonly string[] = []): string {
  const lines = textOf(detail, others).split('\n').slice(5, -2);
  const text = lines.filter((line) => !line.startsWith('  //')).join(' ');
  const shorter = text.replace(/ await events.*?'OrderCreated',?/, '').replace(/\}\);$/, '');
  return shorter.replace(/\s+/g, ' ').trim();
}

test('the text is a whole test', () => {
  expect(
    textOf('{"id":"o-1","name":"tea"}', ['{"id":"o-2","name":"tea"}'], { cause: 'POST /orders' }),
  ).toMatchInlineSnapshot(`
      "import { subscribe } from 'earwitness';
      import { test } from 'vitest';

      test('OrderCreated is published', async () => {
        await using events = await subscribe();
        // Here the test does what publishes it: POST /orders.
        // An id of this event: a test takes it from what it sent or was answered.
        const id = 'o-1';
        await events.waitForMessageMatching({
          source: 'shop',
          'detail-type': 'OrderCreated',
          detail: { id },
        });
      });
      "
    `);
});

test('of what no topic hears, it listens to the bus', () => {
  expect(textOf('{}', [], { needsBus: true })).toMatchInlineSnapshot(`
    "import { subscribe } from 'earwitness';
    import { test } from 'vitest';

    test('OrderCreated is published', async () => {
      await using events = await subscribe({ buses: ['orders'] });
      // Here the test does what publishes it.
      await events.waitForMessageMatching({ source: 'shop', 'detail-type': 'OrderCreated' });
    });
    "
  `);
});

describe('which fields it names', () => {
  test.each([
    ['an id, when it is alone', '{"name":"tea","orderId":"o-1"}', [], "const orderId = 'o-1'; detail: { orderId },"],
    ['its first fields, when it has no id', '{"a":"tea","b":2,"c":3}', [], "detail: { a: 'tea', b: 2 },"],
    ['what tells it from others', '{"id":"1","a":"x","b":1}', ['{"id":"1","a":"x","b":2}'], 'detail: { b: 1 },'],
    ['two, when none alone does', '{"a":1,"b":1}', ['{"a":1,"b":2}', '{"a":2,"b":1}'], 'detail: { a: 1, b: 1 },'],
    ['a nested one', '{"a":{"id":"1"}}', ['{"a":{"id":"2"}}'], "const id = '1'; detail: { a: { id } },"],
    [
      'what looks like an id',
      '{"ref":"01M8MMR20EC1GAH5BDEGVPCZ5H"}',
      [],
      "const ref = '01M8MMR20EC1GAH5BDEGVPCZ5H'; detail: { ref },",
    ],
    ['no time, which is another one each time', '{"createdAt":"2026-11-29T10:00:00Z","a":1}', [], 'detail: { a: 1 },'],
    ['numbers as they were written', '{"a":1.50}', ['{"a":2}'], 'detail: { a: 1.50 },'],
    ['nothing of an empty detail', '{}', ['{}'], ''],
    ['nothing inside an array', '{"lines":[{"id":"1"}]}', [], ''],
    [
      'two ids of one name, each by a name of its own',
      '{"a":{"id":"1"},"b":{"id":"2"}}',
      ['{"a":{"id":"1"},"b":{"id":"3"}}', '{"a":{"id":"3"},"b":{"id":"2"}}'],
      "const id = '1'; const bId = '2'; detail: { a: { id }, b: { id: bId } },",
    ],
  ])('%s', (_name, detail, others, expected) => {
    expect(detailOf(detail, others)).toBe(expected);
  });
});

describe('what others wrote stays text', () => {
  test.each([
    ['a quote', `{"id":"'); x(); ('"}`, String.raw`const id = '\'); x(); (\''; detail: { id },`],
    ['a template', '{"id":"`; x(); `"}', "const id = '`; x(); `'; detail: { id },"],
    ['a line end', String.raw`{"id":"a\nb\u2028c"}`, String.raw`const id = 'a\nb\u2028c'; detail: { id },`],
    ['a sign that turns the line', '{"id":"\u202Ex"}', String.raw`const id = '\u202ex'; detail: { id },`],
    ['half a sign', String.raw`{"id":"\ud800"}`, String.raw`const id = '\ud800'; detail: { id },`],
    [
      'a word of the language',
      '{"eval":"8c7d1f0e-5a3c-4c1b-9c0e-2f6f4c1a9b11"}',
      "const id = '8c7d1f0e-5a3c-4c1b-9c0e-2f6f4c1a9b11'; detail: { 'eval': id },",
    ],
    ['the prototype', '{"__proto__":{"id":"1"}}', "const id = '1'; detail: { ['__proto__']: { id } },"],
    ['a name with a quote', `{"it's":"x"}`, String.raw`detail: { 'it\'s': 'x' },`],
  ])('%s', (_name, detail, expected) => {
    expect(detailOf(detail)).toBe(expected);
  });

  test('a type with a line end, and a path that would end the comment', () => {
    const text = testText({
      event: event('{}', "a\nb'"),
      others: [],
      bus: "o'rders",
      needsBus: true,
      cause: 'GET /\nprocess.exit(1)',
    });
    expect(text).toMatchInlineSnapshot(`
      "import { subscribe } from 'earwitness';
      import { test } from 'vitest';

      test('a\\nb\\' is published', async () => {
        await using events = await subscribe({ buses: ['o\\'rders'] });
        // Here the test does what publishes it: GET /\\nprocess.exit(1).
        await events.waitForMessageMatching({ source: 'shop', 'detail-type': 'a\\nb\\'' });
      });
      "
    `);
  });
});
