// IAM: roles, users, policies, and the answer to "may it do that?". Groups, login profiles, providers and instance profiles are not
// served (501).
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { Identities } from './identities.ts';
import { createAccessKey, deleteAccessKey, listAccessKeys } from './operations/access-key.ts';
import {
  attachRolePolicy,
  attachUserPolicy,
  detachRolePolicy,
  detachUserPolicy,
  listAttachedRolePolicies,
  listAttachedUserPolicies,
  listEntitiesForPolicy,
} from './operations/attached-policy.ts';
import {
  deleteRolePolicy,
  deleteUserPolicy,
  getRolePolicy,
  getUserPolicy,
  listRolePolicies,
  listUserPolicies,
  putRolePolicy,
  putUserPolicy,
} from './operations/inline-policy.ts';
import { permissionsBoundaryOperations } from './operations/permissions-boundary.ts';
import { createPolicy, deletePolicy, getPolicy, listPolicies } from './operations/policy.ts';
import {
  createPolicyVersion,
  deletePolicyVersion,
  getPolicyVersion,
  listPolicyVersions,
  setDefaultPolicyVersion,
} from './operations/policy-version.ts';
import {
  createRole,
  deleteRole,
  getRole,
  listRoles,
  updateAssumeRolePolicy,
  updateRole,
  updateRoleDescription,
} from './operations/role.ts';
import { listInstanceProfilesForRole, listRoleTags, tagRole, untagRole } from './operations/role-tags.ts';
import { createServiceLinkedRole } from './operations/service-linked-role.ts';
import { simulatePrincipalPolicy } from './operations/simulate-principal-policy.ts';
import { createUser, deleteUser, getUser, listUsers } from './operations/user.ts';
import { managedPolicyResource, policyResource, rolePolicyResource, roleResource } from './resources.ts';

export function createIamService(platform: Platform): Service {
  const identities = new Identities(platform);
  return {
    name: 'iam',
    operations: {
      ...permissionsBoundaryOperations(identities),
      AttachRolePolicy: attachRolePolicy(identities),
      AttachUserPolicy: attachUserPolicy(identities),
      CreateAccessKey: createAccessKey(identities),
      CreatePolicy: createPolicy(identities),
      CreatePolicyVersion: createPolicyVersion(identities),
      CreateRole: createRole(identities),
      CreateServiceLinkedRole: createServiceLinkedRole(identities),
      CreateUser: createUser(identities),
      DeleteAccessKey: deleteAccessKey(identities),
      DeletePolicy: deletePolicy(identities),
      DeletePolicyVersion: deletePolicyVersion(identities),
      DeleteRole: deleteRole(identities),
      DeleteRolePolicy: deleteRolePolicy(identities),
      DeleteUser: deleteUser(identities),
      DeleteUserPolicy: deleteUserPolicy(identities),
      DetachRolePolicy: detachRolePolicy(identities),
      DetachUserPolicy: detachUserPolicy(identities),
      GetPolicy: getPolicy(identities),
      GetPolicyVersion: getPolicyVersion(identities),
      GetRole: getRole(identities),
      GetRolePolicy: getRolePolicy(identities),
      GetUser: getUser(identities),
      GetUserPolicy: getUserPolicy(identities),
      ListAccessKeys: listAccessKeys(identities),
      ListAttachedRolePolicies: listAttachedRolePolicies(identities),
      ListAttachedUserPolicies: listAttachedUserPolicies(identities),
      ListEntitiesForPolicy: listEntitiesForPolicy(identities),
      ListInstanceProfilesForRole: listInstanceProfilesForRole(identities),
      ListPolicies: listPolicies(identities),
      ListPolicyVersions: listPolicyVersions(identities),
      ListRolePolicies: listRolePolicies(identities),
      ListRoleTags: listRoleTags(identities),
      ListRoles: listRoles(identities),
      ListUserPolicies: listUserPolicies(identities),
      ListUsers: listUsers(identities),
      PutRolePolicy: putRolePolicy(identities),
      PutUserPolicy: putUserPolicy(identities),
      SetDefaultPolicyVersion: setDefaultPolicyVersion(identities),
      SimulatePrincipalPolicy: simulatePrincipalPolicy(identities),
      TagRole: tagRole(identities),
      UntagRole: untagRole(identities),
      UpdateAssumeRolePolicy: updateAssumeRolePolicy(identities),
      UpdateRole: updateRole(identities),
      UpdateRoleDescription: updateRoleDescription(identities),
    },
    resources: [roleResource, policyResource, rolePolicyResource, managedPolicyResource],
  };
}
