// A layer as it stands in the table: one row with its versions. A version never changes; one that is deleted can no
// longer be given to a function, and functions that have it keep what it holds.
import { formatArn, parseArn } from '@earwitness/protocol/internal/aws/arn';
import type {
  GetLayerVersionResponse,
  LayerVersionsListItem,
} from '@earwitness/protocol/internal/aws/models/lambda.types';
import type { Backbone } from '../../../backbone/backbone.ts';
import { type Table, tableOf } from '../../../backbone/table.ts';
import { updateRow } from '../../../backbone/update.ts';
import { type Code, describeCode, locateCode } from '../../../functions/code/code.ts';
import type { LayerSurvey } from '../../../functions/layers/survey.ts';
import { formatTime, type Statement } from '../function.ts';

const LAYERS = tableOf<LambdaLayer>('lambda/layers');

export interface LayerName {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

export interface LambdaLayer extends LayerName {
  /** In the order of their numbers; without those that were deleted. */
  readonly versions: readonly LayerVersion[];
  /** Deleted versions do not give their numbers back. Recorded on AWS: LocalStack lambda_api test_layer_lifecycle. */
  readonly nextVersion: number;
}

export interface LayerVersion extends LayerSurvey {
  readonly version: number;
  readonly code: Code;
  readonly description: string;
  /** Absent and empty lists are shown as they were given. */
  readonly runtimes?: LayerVersionsListItem['CompatibleRuntimes'];
  readonly architectures?: LayerVersionsListItem['CompatibleArchitectures'];
  readonly licenseInfo?: string;
  /** Epoch milliseconds. */
  readonly created: number;
  readonly statements: readonly Statement[];
  /** Of the policy; changes with every statement. */
  readonly revisionId: string;
}

export interface FoundLayer {
  readonly layer: LambdaLayer;
  readonly version: LayerVersion;
}

export class LayerTable {
  #table: Table<LambdaLayer>;

  constructor(backbone: Backbone) {
    this.#table = backbone.table(LAYERS);
  }

  get(name: LayerName): LambdaLayer | undefined {
    return this.#table.get(keyOf(name))?.value;
  }

  list({ account, region }: Pick<LayerName, 'account' | 'region'>): LambdaLayer[] {
    return this.#table.list(`${account}/${region}/`).map((row) => row.value);
  }

  /** `undefined` when there is no such layer, or no such version of it. */
  find(name: LayerName, version: number): FoundLayer | undefined {
    const layer = this.get(name);
    const found = layer?.versions.find((one) => one.version === version);
    return layer && found && { layer, version: found };
  }

  /** Changes a layer, as if nobody else did meanwhile; one that is not there has no versions yet. */
  async change(name: LayerName, change: (layer: LambdaLayer) => LambdaLayer): Promise<LambdaLayer> {
    const { account, region, name: text } = name;
    const none: LambdaLayer = { account, region, name: text, versions: [], nextVersion: 1 };
    const { value } = await updateRow(this.#table, keyOf(name), (layer) => change(layer ?? none));
    return value;
  }
}

/** A layer is named by its name or by its ARN. */
export function parseLayerName(text: string, place: Pick<LayerName, 'account' | 'region'>): LayerName {
  const arn = parseArn(text);
  if (!arn) return { account: place.account, region: place.region, name: text };
  return { account: arn.account, region: arn.region, name: arn.resource.split(':')[1] ?? '' };
}

/** `arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION`; `undefined` when the text is none. */
export function parseLayerVersionArn(text: string): (LayerName & { readonly version: number }) | undefined {
  const arn = parseArn(text);
  const [kind, name, version] = arn?.resource.split(':') ?? [];
  if (!arn || kind !== 'layer' || !name || !/^\d+$/.test(version ?? '')) return undefined;
  return { account: arn.account, region: arn.region, name, version: Number(version) };
}

/** `arn:aws:lambda:REGION:ACCOUNT:layer:NAME[:VERSION]` */
export function formatLayerArn({ account, region, name }: LayerName, version?: number): string {
  const suffix = version === undefined ? '' : `:${version}`;
  return formatArn({ service: 'lambda', region, account, resource: `layer:${name}${suffix}` });
}

/** A version as a list shows it. Recorded on AWS: LocalStack lambda_api test_layer_lifecycle. */
export function describeListedLayer({ layer, version }: FoundLayer): LayerVersionsListItem {
  const { runtimes, architectures, licenseInfo } = version;
  return {
    LayerVersionArn: formatLayerArn(layer, version.version),
    Version: version.version,
    Description: version.description,
    CreatedDate: formatTime(version.created),
    ...(runtimes && { CompatibleRuntimes: runtimes }),
    ...(licenseInfo !== undefined && { LicenseInfo: licenseInfo }),
    ...(architectures && { CompatibleArchitectures: architectures }),
  };
}

/** A version as GetLayerVersion shows it. */
export function describeLayerVersion({ layer, version }: FoundLayer): GetLayerVersionResponse {
  return {
    ...describeListedLayer({ layer, version }),
    LayerArn: formatLayerArn(layer),
    Content: { ...describeCode(version.code), Location: locateCode(version.code).Location },
  };
}

function keyOf({ account, region, name }: LayerName): string {
  return `${account}/${region}/${name}`;
}
