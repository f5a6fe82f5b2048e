// A function as it stands in the table: one row with its $LATEST, its published versions, its aliases, and what is said
// about each of them (policy, asynchronous invocation, URL). One row, so that every change of a function is one write.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  AliasRoutingConfiguration,
  Cors,
  DestinationConfig,
  FunctionConfiguration,
  LoggingConfig,
} from '@earwitness/protocol/internal/aws/models/lambda.types';
import type { Backbone } from '../../backbone/backbone.ts';
import { type Table, tableOf } from '../../backbone/table.ts';
import { type Code, describeCode } from '../../functions/code/code.ts';
import { ownEntry } from '../../own-entry.ts';
import { type FunctionName, formatFunctionArn, parseFunctionName } from './function-name.ts';
import type { UsedLayer } from './layers/content.ts';

const FUNCTIONS = tableOf<LambdaFunction>('lambda/functions');

/** The settings that CreateFunction and UpdateFunctionConfiguration take, with Lambda's defaults filled in. */
export interface Settings {
  readonly role: string;
  readonly packageType: NonNullable<FunctionConfiguration['PackageType']>;
  /** Empty for an image. */
  readonly runtime: NonNullable<FunctionConfiguration['Runtime']> | '';
  /** Empty for an image. */
  readonly handler: string;
  /** ARNs of layer versions. */
  readonly layers: readonly string[];
  /** Names of further settings that have a value and no effect here. */
  readonly unserved: readonly string[];
  readonly description: string;
  /** Seconds. */
  readonly timeout: number;
  /** Megabytes. */
  readonly memorySize: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly deadLetterQueue?: string;
  readonly tracing: 'Active' | 'PassThrough';
  readonly architecture: 'x86_64' | 'arm64';
  readonly ephemeralStorage: number;
  /** For which versions SnapStart is on. */
  readonly snapStart: 'None' | 'PublishedVersions';
  readonly logFormat: 'Text' | 'JSON';
  readonly logGroup: string;
  /** With the format JSON only: what the function prints below it is not logged. */
  readonly applicationLogLevel: NonNullable<LoggingConfig['ApplicationLogLevel']>;
  /** Shown, and nothing else. */
  readonly systemLogLevel: NonNullable<LoggingConfig['SystemLogLevel']>;
  /** Somebody gave variables, if only an empty table: it is shown. */
  readonly showsVariables: boolean;
}

export interface Version {
  /** `$LATEST` or a number. */
  readonly version: string;
  readonly settings: Settings;
  readonly code: Code;
  /** Those that the settings name, with what they hold. */
  readonly layers: readonly UsedLayer[];
  /** Changes with every change; running workers of another revision are replaced. */
  readonly revisionId: string;
  /** Epoch milliseconds. */
  readonly lastModified: number;
  /** Of a published version: the description that $LATEST had, whatever the version was given. */
  readonly latestDescription?: string;
}

export interface Alias {
  readonly version: string;
  readonly description: string;
  readonly routing?: AliasRoutingConfiguration;
  readonly revisionId: string;
}

/** What PutFunctionEventInvokeConfig sets. */
export interface InvokeConfig {
  readonly maximumRetryAttempts?: number;
  readonly maximumEventAgeInSeconds?: number;
  readonly destinations?: DestinationConfig;
  readonly lastModified: number;
}

export interface FunctionUrl {
  readonly id: string;
  readonly authType: 'NONE' | 'AWS_IAM';
  /** Default: the whole answer at once. */
  readonly invokeMode?: 'BUFFERED' | 'RESPONSE_STREAM';
  readonly cors?: Cors;
  readonly created: number;
  readonly lastModified: number;
}

/** One statement of a resource policy, as GetPolicy prints it. */
export type Statement = Readonly<Record<string, unknown>> & { readonly Sid: string };

type ByQualifier<Value> = Readonly<Record<string, Value>>;

/** `$LATEST` stands for "no qualifier" in the tables by qualifier. */
export const LATEST = '$LATEST';

export interface LambdaFunction {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly latest: Version;
  readonly versions: readonly Version[];
  readonly nextVersion: number;
  readonly aliases: ByQualifier<Alias>;
  readonly policies: ByQualifier<readonly Statement[]>;
  readonly invokeConfigs: ByQualifier<InvokeConfig>;
  readonly urls: ByQualifier<FunctionUrl>;
  readonly tags: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number;
}

/** What a name and a qualifier lead to. */
export interface Found {
  readonly fn: LambdaFunction;
  readonly version: Version;
  /** As the caller named it: `$LATEST`, a version or an alias. */
  readonly qualifier: string;
  /** With the qualifier when the caller gave one. */
  readonly arn: string;
}

interface Place {
  readonly account: string;
  readonly region: string;
}

export class FunctionTable {
  #table: Table<LambdaFunction>;

  constructor(backbone: Backbone) {
    this.#table = backbone.table(FUNCTIONS);
  }

  get(name: FunctionName): LambdaFunction | undefined {
    return this.#table.get(keyOf(name))?.value;
  }

  /**
   * `asked`: the qualifier beside the name. `missing`: the sentence for a function or version that is not there, when
   * the operation has one of its own.
   * @throws ServiceError `ResourceNotFoundException`
   */
  find(
    text: string,
    place: Place,
    asked?: string | { readonly qualifier?: string | undefined; readonly missing: string },
  ): Found {
    const { qualifier, missing } = typeof asked === 'object' ? asked : { qualifier: asked, missing: undefined };
    const name = parseFunctionName(text, place, qualifier);
    checkRegion(name, place);
    const fn = this.get(name);
    const arn = formatFunctionArn(name);
    const version = fn && resolveVersion(fn, name.qualifier);
    if (fn && version) return { fn, version, qualifier: name.qualifier ?? LATEST, arn };
    // Recorded on AWS: LocalStack lambda_api test_ops_with_arn_qualifier_mismatch ("match").
    const shown = namesLatest(text, qualifier) ? `${arn}:${LATEST}` : arn;
    throw new ServiceError('ResourceNotFoundException', missing ?? `Function not found: ${shown}`);
  }

  list({ account, region }: Place): LambdaFunction[] {
    return this.#table.list(`${account}/${region}/`).map((row) => row.value);
  }

  all(): LambdaFunction[] {
    return this.#table.list().map((row) => row.value);
  }

  async save(fn: LambdaFunction): Promise<void> {
    await this.#table.put(keyOf(fn), fn);
  }

  async delete(fn: LambdaFunction): Promise<void> {
    await this.#table.delete(keyOf(fn));
  }

  /** Calls `listener` when a function is gone, on whichever node, with `account/region/name`. Returns what ends it. */
  watchGone(listener: (key: string) => void): () => void {
    return this.#table.watch((key, row) => {
      if (!row) listener(key);
    });
  }
}

/** Follows an alias to its version. */
export function resolveVersion(fn: LambdaFunction, qualifier: string | undefined): Version | undefined {
  if (qualifier === undefined || qualifier === LATEST) return fn.latest;
  const number = ownEntry(fn.aliases, qualifier)?.version ?? qualifier;
  if (number === LATEST) return fn.latest;
  return fn.versions.find((version) => version.version === number);
}

/** The table without the entry. */
export function without<Value>(table: ByQualifier<Value>, key: string): ByQualifier<Value> {
  const { [key]: _, ...rest } = table;
  return rest;
}

/** A version as GetFunctionConfiguration shows it. */
export function describeVersion(fn: LambdaFunction, version: Version, arn?: string): FunctionConfiguration {
  const { settings, layers } = version;
  const published = version.version === LATEST ? {} : { qualifier: version.version };
  return {
    FunctionName: fn.name,
    FunctionArn: arn ?? formatFunctionArn({ ...pick(fn), ...published }),
    ...(settings.runtime !== '' && { Runtime: settings.runtime }),
    Role: settings.role,
    ...(settings.handler !== '' && { Handler: settings.handler }),
    ...describeCode(version.code),
    Description: settings.description,
    Timeout: settings.timeout,
    MemorySize: settings.memorySize,
    LastModified: formatTime(version.lastModified),
    Version: version.version,
    ...(settings.deadLetterQueue !== undefined && { DeadLetterConfig: { TargetArn: settings.deadLetterQueue } }),
    ...(settings.showsVariables && { Environment: { Variables: settings.variables } }),
    TracingConfig: { Mode: settings.tracing },
    RevisionId: version.revisionId,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: settings.packageType,
    ...(layers.length > 0 && { Layers: layers.map(({ arn, codeSize }) => ({ Arn: arn, CodeSize: codeSize })) }),
    Architectures: [settings.architecture],
    EphemeralStorage: { Size: settings.ephemeralStorage },
    SnapStart: { ApplyOn: settings.snapStart, OptimizationStatus: isSnapshot(version) ? 'On' : 'Off' },
    LoggingConfig: describeLogging(settings),
  };
}

/** Whether Lambda would start the version from a snapshot. */
export function isSnapshot({ version, settings }: Version): boolean {
  return version !== LATEST && settings.snapStart === 'PublishedVersions';
}

/**
 * A version in a list: without its state. With all versions of a function, that of $LATEST says so in its ARN.
 * Recorded on AWS: LocalStack lambda_api test_list_functions, test_version_lifecycle.
 */
export function describeListed(
  fn: LambdaFunction,
  version: Version,
  { isQualified }: { readonly isQualified: boolean },
): FunctionConfiguration {
  const arn = formatFunctionArn({ ...pick(fn), ...(isQualified && { qualifier: version.version }) });
  const { State: _state, LastUpdateStatus: _status, ...shown } = describeVersion(fn, version, arn);
  return shown;
}

// Recorded on AWS: LocalStack lambda_api, TestLoggingConfig.
function describeLogging({ logFormat, logGroup, applicationLogLevel, systemLogLevel }: Settings): LoggingConfig {
  const levels = { ApplicationLogLevel: applicationLogLevel, SystemLogLevel: systemLogLevel };
  return { LogFormat: logFormat, LogGroup: logGroup, ...(logFormat === 'JSON' && levels) };
}

/** Lambda's own form: `2026-11-22T12:00:00.000+0000`. */
export function formatTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '+0000');
}

/** Whether a caller said $LATEST, in the name or beside it. */
export function namesLatest(functionName: string, qualifier: string | undefined): boolean {
  return qualifier === LATEST || functionName.endsWith(`:${LATEST}`);
}

/**
 * Recorded on AWS: LocalStack lambda_api test_get_function_wrong_region.
 * @throws ServiceError `ResourceNotFoundException`
 */
export function checkRegion({ region }: FunctionName, place: Place): void {
  if (region === place.region) return;
  const message = `Functions from '${region}' are not reachable in this region ('${place.region}')`;
  throw new ServiceError('ResourceNotFoundException', message);
}

/** @throws ServiceError `PreconditionFailedException` */
export function checkRevision({ revisionId }: Pick<Version, 'revisionId'>, expected: string | undefined): void {
  if (expected === undefined || expected === revisionId) return;
  throw new ServiceError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. ' +
      'Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
  );
}

function pick({ account, region, name }: LambdaFunction): FunctionName {
  return { account, region, name };
}

function keyOf({ account, region, name }: FunctionName | LambdaFunction): string {
  return `${account}/${region}/${name}`;
}
