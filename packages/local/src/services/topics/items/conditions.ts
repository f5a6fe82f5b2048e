// When a conditional write stores: what the item that is there, if any, must be.
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import type { SetIfHashRequest, SetIfRequest } from '@earwitness/protocol/internal/momento/gen/cache_pb';
import { hashOf, type Item, valueIn } from './item.ts';

export type Condition = (item: Item | undefined) => boolean;

/** @throws INVALID_ARGUMENT_ERROR when the request has none that we know */
export function conditionOf({ condition }: SetIfRequest): Condition {
  switch (condition.case) {
    case 'present':
      return (item) => item !== undefined;
    case 'absent':
      return (item) => item === undefined;
    case 'equal':
      return isEqual(condition.value.value);
    case 'notEqual':
      return not(isEqual(condition.value.value));
    case 'presentAndNotEqual':
      return present(not(isEqual(condition.value.value)));
    case 'absentOrEqual':
      return not(present(not(isEqual(condition.value.value))));
    default:
      throw noCondition();
  }
}

/** The same for hashes of values. @throws INVALID_ARGUMENT_ERROR when the request has none that we know */
export function hashConditionOf({ condition }: SetIfHashRequest): Condition {
  switch (condition.case) {
    case 'always':
      return () => true;
    case 'equal':
      return hasHash(condition.value.value);
    case 'absentOrNotEqual':
      return not(hasHash(condition.value.value));
    case 'presentAndNotEqual':
      return present(not(hasHash(condition.value.value)));
    case 'absentOrEqual':
      return not(present(not(hasHash(condition.value.value))));
    default:
      throw noCondition();
  }
}

function isEqual(value: Uint8Array): Condition {
  return (item) => item !== undefined && valueIn(item).equals(value);
}

function hasHash(hash: Uint8Array): Condition {
  return (item) => item !== undefined && hashOf(valueIn(item)).equals(hash);
}

function not(condition: Condition): Condition {
  return (item) => !condition(item);
}

function present(condition: Condition): Condition {
  return (item) => item !== undefined && condition(item);
}

function noCondition() {
  return momentoError('INVALID_ARGUMENT_ERROR', 'The request has no condition that Earwitness knows.');
}
