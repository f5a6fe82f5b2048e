// What to write in place of a value that is none of a few.
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import { nearest } from '@earwitness/protocol/internal/text/nearest';
import { isRecord } from './properties.ts';

/** Ours: more values are not listed beside the one that was meant. */
const LISTED_VALUES = 8;

/** `StateMachineType is STANDARD or EXPRESS, not EXPRES: did you mean EXPRESS?` */
export function meantValue(name: string, value: string, values: readonly string[]): string {
  const meant = nearest(value, values);
  if (meant === undefined) return `${name} is ${alternatives(values)}, not ${value}`;
  if (values.length > LISTED_VALUES) return `did you mean ${meant}?`;
  return `${name} is ${alternatives(values)}, not ${value}: did you mean ${meant}?`;
}

function alternatives(values: readonly string[]): string {
  const others = values.slice(0, -1);
  const last = values.at(-1) ?? '';
  return others.length === 0 ? last : `${others.join(', ')} or ${last}`;
}

/** Of the first text in an operation's member that is none of those which the model has. */
export function meantMember(
  model: ServiceModel,
  shapeName: string,
  { name, value }: { readonly name: string; readonly value: unknown },
): string | undefined {
  const shape = model.shapes[shapeName];
  const first = (all: readonly (string | undefined)[]) => all.find((one) => one !== undefined);
  switch (shape?.type) {
    case 'string':
      return typeof value === 'string' && shape.enum && !shape.enum.includes(value)
        ? meantValue(name, value, shape.enum)
        : undefined;
    case 'list':
      if (!Array.isArray(value)) return undefined;
      return first(value.map((item: unknown) => meantMember(model, shape.member.shape, { name, value: item })));
    case 'structure':
      if (!isRecord(value)) return undefined;
      return first(
        Object.entries(value).map(([member, item]) => {
          const inner = Object.hasOwn(shape.members, member) ? shape.members[member] : undefined;
          return inner && meantMember(model, inner.shape, { name: member, value: item });
        }),
      );
    default:
      return undefined;
  }
}
