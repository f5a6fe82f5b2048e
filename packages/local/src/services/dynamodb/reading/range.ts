// Which part of an order a key condition means.
import type { KeyCondition } from '@earwitness/protocol/internal/dynamodb/expression/key-condition';
import { keyText } from '@earwitness/protocol/internal/dynamodb/value/order';
import { after, endOf, openText, partitionText, valueText, within } from '../items/order.ts';
import type { KeyRange } from '../items/sorted-keys.ts';

/** The range of a condition, and what every place of its partition begins with. */
export function rangeOf(condition: KeyCondition): { readonly range: KeyRange; readonly partition: string } {
  const partition = partitionText(condition.partition.map(keyText));
  const prefix = condition.sort.equal.reduce((text, value) => valueText(text, keyText(value)), partition);
  const bound = condition.sort.bound;
  return { partition, range: bound ? boundRange(prefix, bound) : within(prefix) };
}

type Bound = NonNullable<KeyCondition['sort']['bound']>;

function boundRange(prefix: string, { operator, values }: Bound): KeyRange {
  const [low, high] = values.map(keyText);
  const until = endOf(prefix);
  const start = openText(prefix, low ?? '');
  const whole = valueText(prefix, low ?? '');
  switch (operator) {
    case '<':
      return { from: prefix, until: whole };
    case '<=':
      return { from: prefix, until: endOf(whole) };
    case '>':
      return { from: endOf(whole) ?? after(whole), until };
    case '>=':
      return { from: whole, until };
    case 'begins_with':
      return within(start);
    case 'BETWEEN':
      return { from: whole, until: endOf(valueText(prefix, high ?? '')) };
  }
}
