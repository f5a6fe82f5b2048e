// Managed policies: an account's own (rows of `iam/policies`) and AWS's, which have one version and cannot be changed.
import type { Policy, PolicyVersion, Tag } from '@earwitness/protocol/internal/aws/models/iam.types';
import { ownEntry } from '../../own-entry.ts';
import { encodeDocument } from './document.ts';

/** The row: plain data. Times are epoch ms. */
export interface ManagedPolicy {
  readonly account: string;
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly description?: string;
  readonly tags: readonly Tag[];
  /** `v1`, `v2`, …: documents as JSON text. */
  readonly versions: Readonly<Record<string, { readonly document: string; readonly createdAt: number }>>;
  readonly defaultVersion: string;
  /** Number of the next version; numbers are not used twice. */
  readonly nextVersion: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export function describePolicy(policy: ManagedPolicy, attachments: number): Policy {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: attachments,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    ...(policy.description !== undefined && { Description: policy.description }),
    CreateDate: policy.createdAt,
    UpdateDate: policy.updatedAt,
    Tags: policy.tags,
  };
}

/** A version without its document, as lists have it. */
export function describeVersion(policy: ManagedPolicy, id: string): PolicyVersion {
  const createdAt = ownEntry(policy.versions, id)?.createdAt;
  return { VersionId: id, IsDefaultVersion: id === policy.defaultVersion, CreateDate: createdAt };
}

/** A version with its document. */
export function describeWholeVersion(policy: ManagedPolicy, id: string): PolicyVersion {
  return { ...describeVersion(policy, id), Document: encodeDocument(ownEntry(policy.versions, id)?.document ?? '') };
}
