// Versions: published, listed, deleted.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { OperationsOf } from '../../../call.ts';
import { readArn } from '../arn.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';
import { refuseLabel } from '../state-machines.ts';
import { versionArn, versionKey } from '../version.ts';

export function versionOperations({ machines, authorize }: Parts) {
  return {
    async PublishStateMachineVersion({ stateMachineArn: text, revisionId, description }, call) {
      const arn = readArn(text, 'stateMachine');
      await authorize(call, 'PublishStateMachineVersion', { resource: text, owner: arn.account });
      refuseLabel(arn);
      machines.get(arn);
      const version = await machines.publish({ ...arn, text }, { revisionId, description });
      return { stateMachineVersionArn: versionArn(version), creationDate: version.createdAt };
    },

    async ListStateMachineVersions({ stateMachineArn: text, ...input }, call) {
      const arn = readArn(text, 'stateMachine');
      await authorize(call, 'ListStateMachineVersions', { resource: text, owner: arn.account });
      refuseLabel(arn);
      const found = machines.versionsOf(machines.get(arn));
      // Newest first: a token names the last number of its page, so that what is published meanwhile moves nothing.
      const keyOf = ({ number }: (typeof found)[number]) => String(999_999_999 - number).padStart(9, '0');
      const { page, next } = takePage(found, input, { keyOf });
      const stateMachineVersions = page.map((version) => ({
        stateMachineVersionArn: versionArn(version),
        creationDate: version.createdAt,
      }));
      return { stateMachineVersions, ...next };
    },

    async DeleteStateMachineVersion({ stateMachineVersionArn: text }, call) {
      const arn = readArn(text, 'stateMachine');
      await authorize(call, 'DeleteStateMachineVersion', { resource: text, owner: arn.account });
      refuseLabel(arn);
      const number = Number(arn.rest);
      if (!Number.isInteger(number)) throw notOfVersion(text);
      const version = machines.findVersion({ ...arn, number });
      if (!version) return {};
      const users = machines.aliasesOf(version).filter(({ routes }) => routes.some((route) => route.number === number));
      if (users.length > 0) {
        const names = users.map(({ alias }) => alias).join(', ');
        const sentence = `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${names}]`;
        throw new ServiceError('ConflictException', sentence);
      }
      await machines.versions.delete(versionKey(version));
      return {};
    },
  } satisfies OperationsOf<'stepfunctions'>;
}

function notOfVersion(text: string): ServiceError {
  return new ServiceError('ValidationException', `The ARN does not refer to a state machine version: ${text}`);
}
