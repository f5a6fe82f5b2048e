// AWS Query: the input as a form of dotted names. A value that does not fit its shape is written as text where it stands.
import type { Member, ServiceModel } from '@earwitness/protocol/internal/aws/model';
import { isFields, isList, type Value, writeText } from '../content/value.ts';
import type { HttpInput } from '../input.ts';
import { signedHeaders } from './call.ts';

export type Pair = readonly [name: string, value: string];

export function encodeForm(model: ServiceModel, operation: string, input: Value): HttpInput {
  const shape = model.operations[operation]?.input;
  const pairs: Pair[] = [
    ['Action', operation],
    ['Version', model.apiVersion],
    ...(shape === undefined ? [] : flatten(model, { shape }, { name: '', value: input })),
  ];
  return {
    kind: 'http',
    over: 'http/1.1',
    method: 'POST',
    path: '/',
    headers: [['content-type', 'application/x-www-form-urlencoded; charset=utf-8'], ...signedHeaders(model)],
    body: writeForm(pairs),
  };
}

export function writeForm(pairs: readonly Pair[]): string {
  return pairs.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join('&');
}

/** As encodeURIComponent, but half a surrogate pair is written as the three bytes that it would be, not refused. */
export function percentEncode(text: string): string {
  return text
    .split(/(\p{Surrogate})/u)
    .map((part, at) => (at % 2 === 0 ? encodeURIComponent(part) : '%ED%A0%80'))
    .join('');
}

function flatten(
  model: ServiceModel,
  member: Member,
  { name, value }: { readonly name: string; readonly value: Value },
): Pair[] {
  const shape = model.shapes[member.shape];
  const under = (part: string | number) => (name === '' ? String(part) : `${name}.${part}`);
  if (shape?.type === 'structure' && isFields(value)) {
    return Object.entries(value).flatMap(([key, inner]) => {
      const known = Object.hasOwn(shape.members, key) ? shape.members[key] : undefined;
      if (!known) return [[under(key), writeText(inner)] as const];
      const list = model.shapes[known.shape];
      const itemName = list?.type === 'list' && list.flattened ? list.member.locationName : undefined;
      return flatten(model, known, { name: under(itemName ?? known.locationName ?? key), value: inner });
    });
  }
  if (shape?.type === 'list' && isList(value)) {
    if (value.length === 0) return [[name, '']];
    const prefix = shape.flattened ? name : under(shape.member.locationName ?? 'member');
    return value.flatMap((inner, index) =>
      flatten(model, shape.member, { name: `${prefix}.${index + 1}`, value: inner }),
    );
  }
  if (shape?.type === 'map' && isFields(value)) {
    const prefix = shape.flattened ? name : under('entry');
    return Object.entries(value).flatMap(([key, inner], index) => [
      [`${prefix}.${index + 1}.${shape.key.locationName ?? 'key'}`, key] as const,
      ...flatten(model, shape.value, {
        name: `${prefix}.${index + 1}.${shape.value.locationName ?? 'value'}`,
        value: inner,
      }),
    ]);
  }
  return [[name, writeText(value)]];
}
