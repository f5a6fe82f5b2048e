// A valid input for an operation, made from the service's model: its shapes say what there is, what is required and how long, and the
// hints say which names mean something. As JSON would carry it: bytes in base64, timestamps in epoch seconds.
import type { Member, ServiceModel, Shape } from '@earwitness/protocol/internal/aws/model';
import { hintFor } from '../hints/hints.ts';
import type { Random } from '../prng.ts';
import { matchingText, plainText } from './text.ts';
import type { Fields, Value } from './value.ts';

interface Place {
  readonly model: ServiceModel;
  readonly operation: string;
  readonly member: string;
  readonly depth: number;
}

/** An input with the required members and some of the others. */
export function makeInput(random: Random, model: ServiceModel, operation: string): Fields {
  const name = model.operations[operation]?.input;
  const shape = name === undefined ? undefined : model.shapes[name];
  if (shape?.type !== 'structure') return {};
  return makeStructure(random, shape, { model, operation, member: '', depth: 0 });
}

function makeStructure(random: Random, shape: Shape & { type: 'structure' }, place: Place): Fields {
  const names = Object.keys(shape.members);
  const required = new Set(shape.required ?? []);
  // Rich at the top, poor below: an input stays small.
  const usual = place.depth === 0 ? 0.35 : place.depth < 3 ? 0.25 : 0.05;
  const share = (name: string) => {
    if (required.has(name)) return 1;
    const [, , presence] = hintFor(placeName(place, name)) ?? [];
    return presence === 'always' ? 0.95 : presence === 'rarely' ? 0.02 : usual;
  };
  const chosen =
    shape.union && names.length > 0 ? [random.pick(names)] : names.filter((name) => random.chance(share(name)));
  return Object.fromEntries(
    chosen.flatMap((name): [string, Value][] => {
      const member = shape.members[name];
      return member ? [[name, make(random, member, { ...place, member: name, depth: place.depth + 1 })]] : [];
    }),
  );
}

function placeName({ model, operation }: Place, member: string): string {
  return `${model.service}.${operation}.${member}`;
}

function make(random: Random, member: Member, place: Place): Value {
  const shape = place.model.shapes[member.shape];
  if (!shape) return null;
  switch (shape.type) {
    case 'structure':
      return makeStructure(random, shape, place);
    case 'list': {
      const length = count(random, shape, place);
      return Array.from({ length }, () => make(random, shape.member, place));
    }
    case 'map': {
      const length = count(random, shape, place);
      const entries = Array.from({ length }, (): [string, Value] => {
        const key = String(make(random, shape.key, { ...place, member: `${place.member}Key` }));
        // A map of settings (a queue's attributes) says by its keys what its values are.
        const isEnum =
          (place.model.shapes[shape.key.shape]?.type ?? '') === 'string' &&
          'enum' in (place.model.shapes[shape.key.shape] ?? {});
        return [key, make(random, shape.value, { ...place, member: isEnum ? key : place.member })];
      });
      return Object.fromEntries(entries);
    }
    default:
      return makeScalar(random, shape, place);
  }
}

function count(
  random: Random,
  { min = 0, max = 100 }: { readonly min?: number; readonly max?: number },
  { depth }: Place,
): number {
  return Math.min(max, Math.max(min, depth > 5 ? 0 : random.pick([0, 1, 1, 1, 2, 3])));
}

function makeScalar(
  random: Random,
  shape: Exclude<Shape, { type: 'structure' | 'list' | 'map' }>,
  place: Place,
): Value {
  const [, hints = []] = hintFor(placeName(place, place.member)) ?? [];
  if (hints.length > 0 && random.chance(0.93)) {
    const hint = random.pick(hints);
    const value = typeof hint === 'function' ? hint(random) : hint;
    return shape.type === 'string' ? String(value) : value;
  }
  const { min, max } = shape;
  switch (shape.type) {
    case 'string':
      return makeText(random, shape);
    case 'boolean':
      return random.chance(0.5);
    case 'integer':
    case 'long':
      return random.pick([min ?? 0, max ?? 10, random.whole(min ?? 0, Math.min(max ?? 1000, (min ?? 0) + 1000))]);
    case 'double':
    case 'float':
      return random.pick([min ?? 0, max ?? 1, random.fraction()]);
    case 'timestamp':
      return random.whole(1_600_000_000, 1_900_000_000);
    case 'blob':
      return Buffer.from(random.bytes(random.whole(0, 40))).toString('base64');
  }
}

function makeText(
  random: Random,
  shape: { readonly min?: number; readonly max?: number; readonly pattern?: string; readonly enum?: readonly string[] },
): string {
  if (shape.enum && shape.enum.length > 0) return random.pick(shape.enum);
  const text = shape.pattern === undefined ? undefined : matchingText(random, shape.pattern);
  return text ?? plainText(random, shape.min ?? 1, Math.min(shape.max ?? 40, (shape.min ?? 1) + 40));
}
