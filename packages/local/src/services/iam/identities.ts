// Every role, user and managed policy of this cloud, found by name or ARN, in all accounts: IAM knows no regions.
import { partitionOf } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { type Table, tableOf } from '../../backbone/table.ts';
import type { Call } from '../../call.ts';
import { createPager, type PageRequest } from '../../page.ts';
import { type Credential, openCredentials } from '../../permissions/credentials.ts';
import type { Platform } from '../../platform.ts';
import { awsManagedDocument, awsManagedName } from './aws-managed.ts';
import type { Holder, HolderKind } from './holder.ts';
import type { ManagedPolicy } from './managed-policy.ts';

const HOLDERS = tableOf<Holder>('iam/holders');
const POLICIES = tableOf<ManagedPolicy>('iam/policies');

export class Identities {
  readonly platform: Platform;
  readonly credentials: Table<Credential>;
  readonly #holders: Table<Holder>;
  readonly #policies: Table<ManagedPolicy>;

  constructor(platform: Platform) {
    this.platform = platform;
    this.credentials = openCredentials(platform.backbone);
    this.#holders = platform.backbone.table(HOLDERS);
    this.#policies = platform.backbone.table(POLICIES);
    platform.access.identity.decidesBy(this.#holders);
    platform.access.identity.decidesBy(this.#policies);
  }

  /** @throws NoSuchEntity */
  holder(kind: HolderKind, name: string, { account }: Pick<Call, 'account'>): Holder {
    const found = this.findHolder(kind, name, account);
    if (found) return found;
    throw new ServiceError('NoSuchEntity', `The ${kind} with name ${name} cannot be found.`);
  }

  findHolder(kind: HolderKind, name: string, account: string): Holder | undefined {
    return this.#holders.get(`${kind}/${account}/${name}`)?.value;
  }

  listHolders(kind: HolderKind, { account }: Pick<Call, 'account'>): Holder[] {
    return this.#holders.list(`${kind}/${account}/`).map((row) => row.value);
  }

  async saveHolder(holder: Holder): Promise<void> {
    await this.#holders.put(`${holder.kind}/${holder.account}/${holder.name}`, holder);
  }

  async removeHolder(holder: Holder): Promise<void> {
    await this.#holders.delete(`${holder.kind}/${holder.account}/${holder.name}`);
  }

  /** A customer's managed policy. @throws NoSuchEntity */
  policy(arn: string): ManagedPolicy {
    const found = this.#policies.get(arn)?.value;
    if (found) return found;
    throw new ServiceError('NoSuchEntity', `Policy ${arn} was not found.`);
  }

  findPolicy(arn: string): ManagedPolicy | undefined {
    return this.#policies.get(arn)?.value;
  }

  listPolicies({ account }: Pick<Call, 'account'>): ManagedPolicy[] {
    return this.#policies.list().flatMap((row) => (row.value.account === account ? [row.value] : []));
  }

  async savePolicy(policy: ManagedPolicy): Promise<void> {
    await this.#policies.put(policy.arn, policy);
  }

  async removePolicy(policy: ManagedPolicy): Promise<void> {
    await this.#policies.delete(policy.arn);
  }

  /**
   * The document in force of a managed policy, AWS's own included; `undefined` when there is none or it is not known
   * here.
   */
  document(arn: string): string | undefined {
    const policy = this.#policies.get(arn)?.value;
    return policy ? policy.versions[policy.defaultVersion]?.document : awsManagedDocument(arn);
  }

  exists(policyArn: string): boolean {
    return awsManagedName(policyArn) !== undefined || this.#policies.get(policyArn) !== undefined;
  }

  /** The roles and users that carry a managed policy. */
  carriers(policyArn: string): Holder[] {
    return this.#holders.list().flatMap((row) => (row.value.attached.includes(policyArn) ? [row.value] : []));
  }

  makeArn({ account, region }: Call, kind: HolderKind | 'policy', pathAndName: string): string {
    return `arn:${partitionOf(region)}:iam::${account}:${kind}${pathAndName}`;
  }

  /** `AROA` and 17 letters and digits. */
  makeId(prefix: 'AROA' | 'AIDA' | 'ANPA' | 'AKIA'): string {
    return prefix + this.platform.ids.word(prefix === 'AKIA' ? 16 : 17).toUpperCase();
  }
}

const take = createPager({
  token: 'Marker',
  limit: 'MaxItems',
  size: 100,
  refusal: () => new ServiceError('ValidationError', 'Invalid Marker.'),
});

/** One page of a list, and what IAM says of the rest. */
export function takePage<Item>(items: readonly Item[], request: PageRequest<'Marker', 'MaxItems'>) {
  const { page, next } = take(items, request);
  return { page, rest: { IsTruncated: next.Marker !== undefined, ...next } };
}
