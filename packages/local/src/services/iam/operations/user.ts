// Users.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { OperationsOf } from '../../../call.ts';
import { describeUser, type Holder } from '../holder.ts';
import { takePage } from '../identities.ts';
import type { Parts } from '../parts.ts';

export function userOperations({ platform, identities }: Parts) {
  return {
    async CreateUser({ UserName: name, Path: path = '/', PermissionsBoundary: boundary, Tags: tags = [] }, call) {
      if (identities.findHolder('user', name, call.account)) {
        throw new ServiceError('EntityAlreadyExists', `User with name ${name} already exists.`);
      }
      const user: Holder = {
        kind: 'user',
        account: call.account,
        name,
        path,
        id: identities.makeId('AIDA'),
        arn: identities.makeArn(call, 'user', `${path}${name}`),
        tags,
        inline: {},
        attached: [],
        createdAt: platform.clock.now(),
        ...(boundary !== undefined && { boundary }),
      };
      await identities.saveHolder(user);
      return { User: describeUser(user) };
    },

    GetUser({ UserName: name }, call) {
      const own = /:user\/(?:.*\/)?([^/]+)$/.exec(call.principal.kind === 'account' ? call.principal.arn : '')?.[1];
      if (name === undefined && call.principal.kind !== 'account') {
        throw new ServiceError('ValidationError', 'Must specify userName when calling with non-User credentials');
      }
      const wanted = name ?? own;
      if (wanted !== undefined) return { User: describeUser(identities.holder('user', wanted, call)) };
      // The account's root has no name.
      const { account } = call;
      return {
        User: { Path: '/', UserName: '', UserId: account, Arn: `arn:aws:iam::${account}:root`, CreateDate: 0 },
      };
    },

    ListUsers(input, call) {
      const { PathPrefix: prefix = '/' } = input;
      const users = identities.listHolders('user', call).filter((user) => user.path.startsWith(prefix));
      const { page, rest } = takePage(users, input);
      return { Users: page.map(describeUser), ...rest };
    },

    async DeleteUser({ UserName: name }, call) {
      const user = identities.holder('user', name, call);
      const keys = identities.credentials
        .list()
        .filter(({ value }) => value.account === call.account && value.userName === name);
      if (keys.length > 0) throw conflict('Cannot delete entity, must delete access keys first.');
      if (user.attached.length > 0) throw conflict('Cannot delete entity, must detach all policies first.');
      if (Object.keys(user.inline).length > 0) throw conflict('Cannot delete entity, must delete policies first.');
      await identities.removeHolder(user);
      return {};
    },
  } satisfies OperationsOf<'iam'>;
}

function conflict(message: string): ServiceError {
  return new ServiceError('DeleteConflict', message);
}
