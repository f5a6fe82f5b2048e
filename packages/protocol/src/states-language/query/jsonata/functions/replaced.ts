// Functions of the library that are other ones here: they would ask the computer's clock or chance, take more than
// linear time, make too much at once, or reach behind the data.
import { isArray, isObject, type Json } from '../../../json.ts';
import { canonicalText } from '../../canonical-text.ts';
import { fault, MEMORY } from '../failure.ts';
import type { Session } from '../session.ts';

type Replacement = (
  session: Session,
  args: readonly unknown[],
  original: (...args: readonly unknown[]) => unknown,
) => unknown;

/** Ours: a picture is a dozen signs long. */
const PICTURE_MAX = 500;

/** Ours: the longest timestamp that makes sense has some 60 signs. */
const TIMESTAMP_MAX = 100;

/** Ours: how many parts of a picture may end anywhere in a timestamp's digits; each takes a hundred times the time. */
const OPEN_PARTS_MAX = 3;

/** Ours: what `$pad` adds. */
const PADDING_MAX = 6_990_256;

export const REPLACED: Readonly<Record<string, Replacement>> = {
  now: ({ world }, [picture, zone], fromMillis) => fromMillis(world.now, picture, zone),
  millis: ({ world }) => world.now,
  fromMillis: withPicture(1),
  formatNumber: withPicture(1),
  formatInteger: withPicture(1),
  parseInteger: withPicture(1),

  toMillis(_, args, original) {
    const [timestamp, picture] = args;
    if (isLong(timestamp, TIMESTAMP_MAX)) throw fault(`A timestamp has ${TIMESTAMP_MAX} characters at most`);
    if (isLong(picture, PICTURE_MAX)) throw fault(`A picture has ${PICTURE_MAX} characters at most`);
    if (typeof picture === 'string' && countOpenParts(picture) > OPEN_PARTS_MAX) {
      throw fault(`The picture ${picture} has more than ${OPEN_PARTS_MAX} parts that nothing ends`);
    }
    return original(...args);
  },

  pad({ meter }, args, original) {
    if (typeof args[1] === 'number' && Math.abs(args[1]) > PADDING_MAX) throw meter.fail(MEMORY);
    return original(...args);
  },

  /** A replacement is read again for each match. */
  replace({ meter }, args, original) {
    const [text, pattern, replacement] = args;
    if (typeof text === 'string' && typeof replacement === 'string' && typeof pattern !== 'string') {
      meter.pay((text.length * replacement.length) / 10_000);
    }
    return original(...args);
  },

  /** The library compares each item with every other. */
  distinct(_, [values]) {
    if (!isArray(values)) return values;
    const firsts = new Map<string, Json>();
    for (const value of values) {
      const text = canonicalText(value);
      if (!firsts.has(text)) firsts.set(text, value);
    }
    return asSequence([...firsts.values()], isSequence(values));
  },

  /** The library appends one by one. */
  spread: (_, [value]) => (isObject(value) || isArray(value) ? asSequence(spread(value), true) : value),

  /** The library reads what every object inherits, too. */
  lookup: (_, [value, name]) => lookUp(value, String(name)),

  /** The library asks the computer for chance. */
  shuffle({ world }, [values]) {
    if (!isArray(values)) return values;
    const shuffled = [...values];
    for (let at = shuffled.length - 1; at > 0; at--) {
      const other = Math.floor(world.random() * (at + 1));
      [shuffled[at], shuffled[other]] = [shuffled[other] ?? null, shuffled[at] ?? null];
    }
    return shuffled;
  },
};

function withPicture(place: number): Replacement {
  return (_, args, original) => {
    if (isLong(args[place], PICTURE_MAX)) throw fault(`A picture has ${PICTURE_MAX} characters at most`);
    return original(...args);
  };
}

function isLong(text: unknown, max: number): boolean {
  return typeof text === 'string' && text.length > max;
}

/** `[Y][M]`: nothing says where the year ends. `[Y0001][M01]` have widths, `[Y]-[M]` has a sign between. */
function countOpenParts(picture: string): number {
  return Array.from(picture.matchAll(/\[([^\]]*)\](?=[[\p{L}\p{N}])/gu)).filter(([, part = '']) => !/\d\d|,/.test(part))
    .length;
}

function lookUp(value: unknown, name: string): unknown {
  if (!isArray(value)) return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  const found = value.map((item) => lookUp(item, name)).filter((each) => each !== undefined);
  return asSequence(found.flat(), true);
}

function spread(value: Json): Json[] {
  if (isArray(value)) return value.flatMap(spread);
  return isObject(value) ? Object.entries(value).map(([name, member]) => ({ [name]: member })) : [value];
}

function isSequence(values: readonly unknown[]): boolean {
  return (values as { sequence?: unknown }).sequence === true;
}

/** The library's mark of what collapses when it holds one value. */
function asSequence<T>(values: T[], mark: boolean): T[] {
  return mark ? Object.assign(values, { sequence: true }) : values;
}
