// What is asked for of a stack: by an operation, or by the stack whose resource it is.
import type { GivenParameter } from '@earwitness/protocol/internal/template/parameter';
import type { StackPlace } from '../../resources/resource.ts';

export interface DeployRequest extends Omit<StackPlace, 'id'> {
  readonly templateBody: string;
  readonly given: readonly GivenParameter[];
  readonly roleArn?: string;
}
