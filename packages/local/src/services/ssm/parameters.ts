// Every parameter of this cloud, found by name or ARN, with `name:3` for a version.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Parameter as Answer } from '@earwitness/protocol/internal/aws/models/ssm.types';
import { type Table, tableOf } from '../../backbone/table.ts';
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { checkAskedName, describeValue, type Parameter, parameterArn, parameterKey } from './parameter.ts';

const PARAMETERS = tableOf<Parameter>('ssm/parameters');

export class Parameters {
  readonly #platform: Platform;
  readonly #rows: Table<Parameter>;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#rows = platform.backbone.table(PARAMETERS);
  }

  /**
   * By name. A name without a path is the same with a leading slash and without it.
   * Source: moto, test_parameter_lifecycle_with_leading_slash, which runs against AWS.
   */
  find(name: string, { account, region }: Pick<Call, 'account' | 'region'>): Parameter | undefined {
    const get = (one: string) => this.#rows.get(parameterKey({ account, region, name: one }))?.value;
    if (name.lastIndexOf('/') > 0) return get(name);
    return get(name) ?? get(name.startsWith('/') ? name.slice(1) : `/${name}`);
  }

  /**
   * The value that a reference names: `name`, `name:3`, `name:label`, or an ARN with or without these.
   * @throws ValidationException, ParameterNotFound, ParameterVersionNotFound
   */
  read(reference: string, call: Call, decrypted: boolean): Answer {
    const [, whole = '', selector] = /^((?:arn:(?:[^:]*:){4})?[^:]*)(?::([\w.-]+))?$/s.exec(reference) ?? [
      reference,
      reference,
    ];
    const arn = parseArn(whole);
    if (!arn) checkAskedName(whole);
    const parameter = this.#findAsked(whole, call);
    if (!parameter) throw new ServiceError('ParameterNotFound', `Parameter ${reference} not found.`);
    const found =
      selector === undefined
        ? parameter.versions.at(-1)
        : parameter.versions.find(({ number, labels }) => String(number) === selector || labels?.includes(selector));
    if (!found) {
      const kind = /^\d+$/.test(selector ?? '') ? 'version' : 'label';
      throw new ServiceError(
        'ParameterVersionNotFound',
        `Systems Manager could not find ${kind} ${selector} of ${parameter.name}. Verify the ${kind} and try again.`,
      );
    }
    // Shown as asked for. Recorded on AWS: LocalStack, test_put_parameters.
    const shown = arn ? parameter : { ...parameter, name: whole };
    return describeValue(shown, found, {
      decrypted,
      ...(selector !== undefined && { selector: `:${selector}` }),
    });
  }

  #findAsked(name: string, call: Call): Parameter | undefined {
    const path = parseArn(name)?.resource.replace(/^parameter\//, '');
    return path === undefined ? this.find(name, call) : this.find(`/${path}`, call);
  }

  /**
   * Lets a caller do something to a parameter, or to everything under a path.
   * @throws AccessDeniedException
   */
  async authorize(reference: string, call: Call, operation: string): Promise<void> {
    const { account: owner, region } = call;
    const name = reference.startsWith('arn:') ? reference : reference.replace(/:[\w.-]+$/, '');
    const resource = name.startsWith('arn:') ? name : parameterArn({ account: owner, region, name });
    const found = this.#findAsked(name, call)?.tags ?? [];
    const tags = Object.fromEntries(found.map(({ Key, Value }) => [Key, Value]));
    const request = { action: `ssm:${operation}`, resource, owner, tags };
    const denied = await this.#platform.access.findRefusal(call, request);
    if (denied !== undefined) throw new ServiceError('AccessDeniedException', denied);
  }

  list({ account, region }: Pick<Call, 'account' | 'region'>): Parameter[] {
    return this.#rows.list(`${account}/${region}/`).map((row) => row.value);
  }

  async save(parameter: Parameter): Promise<void> {
    await this.#rows.put(parameterKey(parameter), parameter);
  }

  /** False when there was none. */
  async remove(name: string, call: Pick<Call, 'account' | 'region'>): Promise<boolean> {
    const parameter = this.find(name, call);
    return parameter !== undefined && (await this.#rows.delete(parameterKey(parameter)));
  }
}
