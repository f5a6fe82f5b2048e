// CreateAccessKey, ListAccessKeys, DeleteAccessKey. A key of a user acts with the account's own rights (README,
// difference 2).
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call, OperationsOf } from '../../../call.ts';
import { type Identities, takePage } from '../identities.ts';
import type { Parts } from '../parts.ts';

/** Access keys of one user. Source: IAM user guide, quotas. */
const MAX_KEYS = 2;

export function accessKeyOperations({ platform, identities }: Parts) {
  return {
    async CreateAccessKey({ UserName: given }, call) {
      const { clock, ids } = platform;
      const user = identities.holder('user', userName(given, call), call);
      if (keysOf(identities, user.name, call).length >= MAX_KEYS) {
        throw new ServiceError('LimitExceeded', `Cannot exceed quota for AccessKeysPerUser: ${MAX_KEYS}`);
      }
      const id = identities.makeId('AKIA');
      const now = clock.now();
      await identities.credentials.put(id, {
        account: call.account,
        principal: { kind: 'account', arn: user.arn },
        userName: user.name,
        createdAt: now,
      });
      return {
        AccessKey: {
          UserName: user.name,
          AccessKeyId: id,
          Status: 'Active',
          SecretAccessKey: ids.word(40),
          CreateDate: now,
        },
      };
    },

    ListAccessKeys(input, call) {
      const { name } = identities.holder('user', userName(input.UserName, call), call);
      const { page, rest } = takePage(keysOf(identities, name, call), input);
      return {
        AccessKeyMetadata: page.map(({ key, value }) => ({
          UserName: name,
          AccessKeyId: key,
          Status: 'Active' as const,
          CreateDate: value.createdAt,
        })),
        ...rest,
      };
    },

    async DeleteAccessKey({ UserName: given, AccessKeyId: id }, call) {
      const { name } = identities.holder('user', userName(given, call), call);
      if (!keysOf(identities, name, call).some(({ key }) => key === id)) {
        throw new ServiceError('NoSuchEntity', `The Access Key with id ${id} cannot be found.`);
      }
      await identities.credentials.delete(id);
      return {};
    },
  } satisfies OperationsOf<'iam'>;
}

function keysOf(identities: Identities, name: string, call: Call) {
  return identities.credentials.list().filter(({ value }) => value.account === call.account && value.userName === name);
}

/** The user that a request names, else the user who asks. */
function userName(given: string | undefined, { principal }: Call): string {
  const own = principal.kind === 'account' ? /:user\/(?:.*\/)?([^/]+)$/.exec(principal.arn)?.[1] : undefined;
  const name = given ?? own;
  if (name !== undefined) return name;
  throw new ServiceError('ValidationError', 'Must specify userName when calling with non-User credentials');
}
