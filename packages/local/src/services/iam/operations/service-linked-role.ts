// CreateServiceLinkedRole: the role that a service makes for itself.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  CreateServiceLinkedRoleRequest,
  CreateServiceLinkedRoleResponse,
} from '@earwitness/protocol/internal/aws/models/iam.types';
import type { Operation } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import { describeRoleBriefly, type Holder } from '../holder.ts';
import type { Identities } from '../identities.ts';

/** Names and policies that do not follow from the service's name. */
const KNOWN: Readonly<Record<string, { readonly name: string; readonly policy?: string }>> = {
  'apidestinations.events.amazonaws.com': {
    name: 'AmazonEventBridgeApiDestinations',
    policy: 'arn:aws:iam::aws:policy/aws-service-role/AmazonEventBridgeApiDestinationsServiceRolePolicy',
  },
  'ops.apigateway.amazonaws.com': { name: 'APIGateway' },
};

export function createServiceLinkedRole(
  identities: Identities,
): Operation<CreateServiceLinkedRoleRequest, CreateServiceLinkedRoleResponse> {
  return async ({ AWSServiceName: service, Description: description, CustomSuffix: suffix }, call) => {
    const known = ownEntry(KNOWN, service);
    const base = `AWSServiceRoleFor${known?.name ?? pascalCase(service)}`;
    const name = suffix === undefined ? base : `${base}_${suffix}`;
    if (identities.findHolder('role', name, call.account)) {
      throw new ServiceError(
        'InvalidInput',
        `Service role name ${name} has been taken in this account, please try a different suffix.`,
      );
    }
    const path = `/aws-service-role/${service}/`;
    const statement = { Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: [service] } };
    const role: Holder = {
      kind: 'role',
      account: call.account,
      name,
      path,
      id: identities.makeId('AROA'),
      arn: identities.makeArn(call, 'role', `${path}${name}`),
      tags: [],
      inline: {},
      attached: known?.policy === undefined ? [] : [known.policy],
      createdAt: identities.platform.clock.now(),
      trust: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
      maxSessionSeconds: 3600,
      ...(description !== undefined && { description }),
    };
    await identities.saveHolder(role);
    return { Role: describeRoleBriefly(role) };
  };
}

function pascalCase(service: string): string {
  const words = service.replace(/\.amazonaws\.com$/, '').split(/[.-]/);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
