// Roles and users, which hold policies. Both are rows of one shape; a role has a trust policy besides.
import type { AttachedPermissionsBoundary, Role, Tag, User } from '@earwitness/protocol/internal/aws/models/iam.types';
import { encodeDocument } from './document.ts';

export type HolderKind = 'role' | 'user';

/** The row: plain data. */
export interface Holder {
  readonly kind: HolderKind;
  readonly account: string;
  readonly name: string;
  /** `/` or `/service-role/`. */
  readonly path: string;
  /** `AROA…` or `AIDA…`. */
  readonly id: string;
  readonly arn: string;
  readonly description?: string;
  readonly tags: readonly Tag[];
  /** Inline policies' documents by name, JSON text. */
  readonly inline: Readonly<Record<string, string>>;
  /** ARNs of managed policies. */
  readonly attached: readonly string[];
  /** ARN of the managed policy that bounds all others. */
  readonly boundary?: string;
  /** Epoch ms. */
  readonly createdAt: number;
  /** Roles: who may assume it, JSON text. */
  readonly trust?: string;
  /** Roles: seconds. */
  readonly maxSessionSeconds?: number;
}

/** A role as GetRole returns it. */
export function describeRole(role: Holder): Role {
  return {
    ...describeListedRole(role),
    ...(role.tags.length > 0 && { Tags: role.tags }),
    ...describeBoundary(role),
    RoleLastUsed: {},
  };
}

/** A role as ListRoles returns it. */
export function describeListedRole(role: Holder): Role {
  return { ...describeNewRole(role), MaxSessionDuration: role.maxSessionSeconds };
}

/** A role as CreateServiceLinkedRole returns it, and CreateRole with tags and boundary besides. */
export function describeNewRole(role: Holder): Role {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: role.createdAt,
    ...(role.trust !== undefined && { AssumeRolePolicyDocument: encodeDocument(role.trust) }),
    ...(role.description !== undefined && { Description: role.description }),
  };
}

/** A user as GetUser returns it. */
export function describeUser(user: Holder): User {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: user.arn,
    CreateDate: user.createdAt,
    ...(user.tags.length > 0 && { Tags: user.tags }),
    ...describeBoundary(user),
  };
}

function describeBoundary({ boundary }: Holder): { PermissionsBoundary?: AttachedPermissionsBoundary } {
  if (boundary === undefined) return {};
  return {
    PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundary },
  };
}
