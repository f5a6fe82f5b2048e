// One event of a serverless function, and what every kind of event needs: its properties checked, and a permission to
// invoke.
import type { ValueMap } from '../../value.ts';
import type { Apis } from '../api/api-draft.ts';
import {
  type Assembly,
  addResource,
  checkProperties,
  type FunctionEvent,
  type Serverless,
  type Target,
} from '../assembly.ts';
import type { RoleNeeds } from '../role.ts';

export interface EventPlace {
  readonly assembly: Assembly;
  readonly serverless: Serverless;
  readonly target: Target;
  readonly needs: RoleNeeds;
  readonly apis: Apis;
}

/** Reports properties of an event that are not in `known`. */
export function checkEvent(
  { name, type, properties }: FunctionEvent,
  place: EventPlace,
  known: readonly string[],
): void {
  const { assembly, serverless } = place;
  checkProperties(assembly, { ...serverless, type: `${type} event ${name}`, properties }, known);
}

export function addPermission({ assembly, serverless, target }: EventPlace, id: string, members: ValueMap): void {
  const properties = { Action: 'lambda:InvokeFunction', FunctionName: { Ref: target.logicalId }, ...members };
  addResource(assembly, id, { Type: 'AWS::Lambda::Permission', Properties: properties }, serverless);
}
