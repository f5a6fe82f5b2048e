// Test data for the pattern bench: GeoJSON features like San Francisco's city lots (short strings, arrays of points with 17-digit
// numbers, about 865 bytes a line), events as EventBridge sends them (about 400 bytes), and rules for both. The same at every run.

/** A small random generator with a fixed start (mulberry32). */
export function createRandom(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}

const STREETS =
  'MISSION MARKET GEARY TURK LOMBARD VALENCIA CLEMENT JUDAH NORIEGA TARAVAL FULTON HYDE MASON JACKSON BEACH CHESTNUT';
const [WEST, SOUTH] = [-122.51, 37.71];

/** Lines of city lots, one feature each. */
export function makeCityLots(count: number): string[] {
  const random = createRandom(7);
  const streets = [...STREETS.split(' '), ...Array.from({ length: 1000 }, () => word(random, 4 + random(8)))];
  const pick = <T>(items: readonly T[]): T => items[random(items.length)] as T;
  return Array.from({ length: count }, () => {
    const block = String(random(10_000)).padStart(4, '0');
    const lot = String(random(320)).padStart(3, '0');
    const [x, y] = [WEST + random(1e9) / 7e9, SOUTH + random(1e9) / 9e9];
    const points = Array.from({ length: 4 + random(4) + (random(4) === 0 ? random(24) : 0) }, () => ({
      x: x + random(1e9) / 1e12,
      y: y + random(1e9) / 1e12,
      z: 0,
    }));
    const [first = { x, y, z: 0 }] = points;
    points.push(first);
    const many = random(1000) === 0;
    const from = String(random(4400));
    return JSON.stringify({
      type: 'Feature',
      properties: {
        MAPBLKLOT: block + lot,
        BLKLOT: block + lot,
        BLOCK_NUM: block,
        LOT_NUM: lot,
        FROM_ST: from,
        TO_ST: from,
        STREET: pick(streets),
        ST_TYPE: pick(['ST', 'ST', 'ST', 'AVE', 'DR', 'BLVD', null]),
        ODD_EVEN: pick(['E', 'O']),
      },
      geometry: {
        type: many ? 'MultiPolygon' : 'Polygon',
        coordinates: many ? [[points]] : [points],
        firstCoordinates: first,
      },
    });
  });
}

function word(random: (below: number) => number, length: number): string {
  return Array.from({ length }, () => String.fromCharCode(65 + random(26))).join('');
}

/** Five rules of each kind, over the lines' fields. */
export function makeBanks(lines: readonly string[]): Readonly<Record<string, readonly object[]>> {
  const lots = lines
    .slice(0, 5)
    .map((line) => JSON.parse(line) as { properties: { MAPBLKLOT: string }; geometry: Geometry });
  const street = (term: unknown) => ({ properties: { STREET: [term] } });
  const lot = (term: unknown) => ({ properties: { MAPBLKLOT: [term] } });
  const [a, b] = [WEST + 0.05, WEST + 0.1];
  const numeric = [
    ['=', lots[0]?.geometry.firstCoordinates.x],
    ['<', a],
    ['>', b],
    ['>', a, '<', b],
    ['>=', b, '<=', b + 0.01],
  ];
  return {
    EXACT: lots.map(({ properties }) => lot(properties.MAPBLKLOT)),
    PREFIX: ['AC', 'BL', 'DR', 'FU', 'RH'].map((prefix) => street({ prefix })),
    SUFFIX: ['ON', 'KE', 'MM', 'ING', 'GO'].map((suffix) => street({ suffix })),
    EQUALS_IGNORE_CASE: ['jackson', 'bEaCh', 'HyDe', 'CHESTnut', 'mason'].map((text) =>
      street({ 'equals-ignore-case': text }),
    ),
    WILDCARD: ['143*', '2*0*1*7', '*218', '3*5*2', 'VAC*IL'].map((wildcard) => lot({ wildcard })),
    ANYTHING_BUT: [
      street({ 'anything-but': ['FULTON'] }),
      street({ 'anything-but': ['MASON'] }),
      { properties: { ST_TYPE: [{ 'anything-but': ['ST'] }] } },
      { geometry: { type: [{ 'anything-but': ['Polygon'] }] } },
      { properties: { FROM_ST: [{ 'anything-but': ['441'] }] } },
    ],
    NUMERIC: numeric.map((range) => ({ geometry: { firstCoordinates: { x: [{ numeric: range }] } } })),
    COMPLEX_ARRAYS: numeric.map((range, index) => ({
      geometry: { ...(index === 0 && { type: ['Polygon'] }), coordinates: { x: [{ numeric: range }] } },
    })),
  };
}

interface Geometry {
  readonly firstCoordinates: { readonly x: number };
}

/** One field, another value for each rule. */
export function makeDistinctRules(count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({
    properties: { MAPBLKLOT: [String(index).padStart(7, '0')] },
  }));
}

/** As a busy bus has them: a source for fifty rules, fifty detail types, one tier for all. */
export function makeBusRules(count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({
    source: [`com.example.service-${Math.floor(index / 50)}`],
    'detail-type': [`Event Type ${index % 50}`],
    detail: { customer: { tier: ['gold'] } },
  }));
}

/** Events for {@link makeBusRules}: two of three match one rule. */
export function makeBusEvents(count: number, rules: number): string[] {
  const random = createRandom(11);
  return Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      version: '0',
      id: `6a7e8feb-b491-4cf7-a9f1-${String(index).padStart(12, '0')}`,
      'detail-type': `Event Type ${random(50)}`,
      source: `com.example.service-${random(Math.max(1, Math.floor(rules / 50)))}`,
      account: '123456789012',
      time: '2026-11-22T12:00:00Z',
      region: 'eu-central-1',
      resources: [],
      detail: {
        orderId: random(1e9),
        customer: { id: `c-${random(1e6)}`, tier: random(3) === 0 ? 'silver' : 'gold' },
        items: [{ sku: 'A-1', quantity: 2, price: 19.99 }],
        currency: 'EUR',
      },
    }),
  );
}
