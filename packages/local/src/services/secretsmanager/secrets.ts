// Every secret of this cloud, found by name, ARN, or ARN without its six random characters; and who may read or write
// it.
import { formatArn, parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Tag } from '@earwitness/protocol/internal/aws/models/secretsmanager.types';
import { type Table, tableOf } from '../../backbone/table.ts';
import { updateRow } from '../../backbone/update.ts';
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { checkName, type Secret } from './secret.ts';

const SECRETS = tableOf<Secret>('secretsmanager/secrets');

/**
 * What needs the secret's key, which another account has no access to where it is the default one. Recorded on AWS:
 * LocalStack, test_cross_account_access.
 */
const VALUE_ACTIONS: ReadonlySet<string> = new Set(['GetSecretValue', 'PutSecretValue']);

interface OpenOptions {
  readonly deleted?: 'fine';
  /** Tags that the request brings. */
  readonly requestTags?: readonly Tag[];
}

export class Secrets {
  readonly platform: Platform;
  readonly #rows: Table<Secret>;

  constructor(platform: Platform) {
    this.platform = platform;
    this.#rows = platform.backbone.table(SECRETS);
  }

  /** A new secret's ARN. */
  makeArn({ account, region }: Call, name: string): string {
    const resource = `secret:${name}-${this.platform.ids.word(6)}`;
    return formatArn({ service: 'secretsmanager', region, account, resource });
  }

  find(id: string, call: Pick<Call, 'account' | 'region'>): Secret | undefined {
    const arn = parseArn(id);
    if (!arn) return this.#get(call.account, call.region, id);
    if (arn.service !== 'secretsmanager') return undefined;
    const [, name = ''] = /^secret:(.+)$/.exec(arn.resource) ?? [];
    const whole = this.#get(arn.account, arn.region, name.replace(/-[A-Za-z0-9]{6}$/, ''));
    if (whole?.arn === id) return whole;
    return this.#get(arn.account, arn.region, name);
  }

  /**
   * The secret for a caller who may do `action` with it.
   * @throws ValidationException for what is neither a name nor an ARN; ResourceNotFoundException,
   * AccessDeniedException; InvalidRequestException when it is about to be deleted.
   */
  async open(id: string, call: Call, action: string, options: OpenOptions = {}): Promise<Secret> {
    checkId(id);
    const secret = this.find(id, call);
    if (!secret) {
      throw noSuchSecret();
    }
    await this.#authorize(secret, call, action, options.requestTags);
    if (call.account !== secret.account && secret.kmsKeyId === undefined && VALUE_ACTIONS.has(action)) {
      throw new ServiceError(
        'InvalidRequestException',
        "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key.",
      );
    }
    if (secret.deletionAt !== undefined && options.deleted !== 'fine') {
      throw new ServiceError(
        'InvalidRequestException',
        "You can't perform this operation on the secret because it was marked for deletion.",
      );
    }
    return secret;
  }

  /**
   * The same for a caller who changes the secret: one that a service made is changed by that service only.
   * @throws as `open`; InvalidRequestException.
   */
  async openToWrite(id: string, call: Call, action: string, options: OpenOptions = {}): Promise<Secret> {
    const secret = await this.open(id, call, action, options);
    if (secret.owningService !== undefined && secret.owningService !== serviceName(call)) {
      throw new ServiceError(
        'InvalidRequestException',
        `Operation is not allowed on secret owned by ${secret.owningService}`,
      );
    }
    return secret;
  }

  list({ account, region }: Pick<Call, 'account' | 'region'>): Secret[] {
    const now = this.platform.clock.now();
    const rows = this.#rows.list(`${account}/${region}/`).map((row) => row.value);
    return rows.filter((secret) => !isGone(secret, now));
  }

  /** Writes a secret that there was not. */
  async create(secret: Secret): Promise<void> {
    await this.#rows.put(keyOf(secret), secret);
  }

  /**
   * Writes what `change` makes of a secret as it stands by then: another change may have come since it was opened.
   * @throws what `change` throws; ResourceNotFoundException when the secret is gone by then.
   */
  async change(opened: Secret, change: (secret: Secret) => Secret): Promise<Secret> {
    const { value } = await updateRow(this.#rows, keyOf(opened), (secret) => {
      if (secret?.arn !== opened.arn) throw noSuchSecret();
      return change(secret);
    });
    return value;
  }

  async remove(secret: Secret): Promise<void> {
    await this.#rows.delete(keyOf(secret));
  }

  #get(account: string, region: string, name: string): Secret | undefined {
    const secret = this.#rows.get(keyOf({ account, region, name }))?.value;
    return secret && !isGone(secret, this.platform.clock.now()) ? secret : undefined;
  }

  async #authorize(secret: Secret, call: Call, action: string, requestTags?: readonly Tag[]): Promise<void> {
    if (secret.owningService !== undefined && secret.owningService === serviceName(call)) return;
    const denied = await this.platform.access.findRefusal(call, {
      action: `secretsmanager:${action}`,
      resource: secret.arn,
      owner: secret.account,
      policy: secret.policy,
      tags: tagRecord(secret.tags),
      requestTags: requestTags && tagRecord(requestTags),
    });
    if (denied !== undefined) throw new ServiceError('AccessDeniedException', denied);
  }
}

/** What a request calls SecretId. @throws ValidationException */
export function checkId(id: string): void {
  if (!parseArn(id)) checkName(id);
}

function noSuchSecret(): ServiceError {
  return new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
}

/** `events` for a call by events.amazonaws.com. */
export function serviceName({ principal }: Call): string | undefined {
  return principal.kind === 'service' ? principal.service.replace(/\.amazonaws\.com$/, '') : undefined;
}

function tagRecord(tags: readonly Tag[] = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

function isGone(secret: Secret, now: number): boolean {
  return secret.deletionAt !== undefined && secret.deletionAt <= now;
}

function keyOf({ account, region, name }: Pick<Secret, 'account' | 'region' | 'name'>): string {
  return `${account}/${region}/${name}`;
}
