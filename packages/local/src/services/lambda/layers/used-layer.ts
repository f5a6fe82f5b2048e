// The layers of a function's version: what it was given, as it was then. A version keeps what its layers hold when they
// are deleted. Layers of other accounts that are not in this cloud stand in: the function runs without what they hold.
// Sentences: recorded on AWS (LocalStack lambda_api, test_layer_function_exceptions and _quota_exception).
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call } from '../../../call.ts';
import { type Code, describeCode } from '../../../functions/code/code.ts';
import { declaredBytes, UNPACKED_MAX_BYTES } from '../../../functions/code/unpack.ts';
import { insteadOf } from '../../../functions/layers/known-layers.ts';
import type { Platform } from '../../../platform.ts';
import type { LayerContent, UsedLayer } from './content.ts';
import { formatLayerArn, type LayerTable, parseLayerVersionArn } from './layer.ts';

/** Source: Lambda quotas, "Function layers". */
const MAX_LAYERS = 5;

interface Kept {
  readonly platform: Pick<Platform, 'access'>;
  readonly layers: LayerTable;
  /** Those that the function has already. */
  readonly kept: readonly UsedLayer[];
}

/**
 * The layers that a function is given, by the ARNs of their versions.
 * @throws ServiceError `InvalidParameterValueException`, `AccessDeniedException`
 */
export async function findLayers(arns: readonly string[], call: Call, place: Kept): Promise<UsedLayer[]> {
  if (arns.length > MAX_LAYERS) throw invalid(`Cannot reference more than ${MAX_LAYERS} layers.`);
  checkPlaces(arns, call);
  const found: UsedLayer[] = [];
  for (const arn of arns) {
    found.push(place.kept.find((layer) => layer.arn === arn) ?? (await findLayer(arn, call, place)));
  }
  return found;
}

/**
 * Source of the sentences: bento-video/bento #1, lambci/git-lambda-layer #27. Of directories nothing is counted.
 * @throws ServiceError `InvalidParameterValueException`
 */
export async function checkUnpackedSize(layers: readonly UsedLayer[], code: Code): Promise<void> {
  const ofLayers = layers.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0);
  if (ofLayers > UNPACKED_MAX_BYTES) {
    throw invalid(`Layers consume more than the available size of ${UNPACKED_MAX_BYTES} bytes`);
  }
  if (ofLayers === 0 || code.kind !== 'zip') return;
  const all = ofLayers + (await declaredBytes(Buffer.from(code.base64, 'base64')));
  if (all <= UNPACKED_MAX_BYTES) return;
  throw invalid(
    `Function code combined with layers exceeds the maximum allowed size of ${UNPACKED_MAX_BYTES} bytes. The actual size is ${all} bytes.`,
  );
}

/** What a function does without of its layers, one sentence each. */
export function describeShortfalls(layers: readonly UsedLayer[]): string[] {
  return layers.flatMap((layer) => {
    const { arn, code, extensions } = layer;
    if (!code) return [`The layer ${whyAbsent(arn)}: ${insteadOfLayer(arn)}.`];
    if (extensions.length === 0) return [];
    return [`The layer ${arn} has extensions, which do not start here: ${extensions.join(', ')}.`];
  });
}

/** What is to be said of a layer that stands in, to follow "the layer". */
export function whyAbsent(arn: string): string {
  const { account, resource } = parseArn(arn) ?? { account: '', resource: arn };
  return `${resource.replace(/^layer:/, '')} of account ${account} is not on this machine`;
}

/** What to do without a layer that stands in. */
export function insteadOfLayer(arn: string): string {
  const name = parseLayerVersionArn(arn)?.name ?? '';
  return insteadOf(name) ?? 'the function runs without what it holds';
}

function checkPlaces(arns: readonly string[], { region }: Call): void {
  const seen = new Map<string, string>();
  for (const arn of arns) {
    const name = parseLayerVersionArn(arn);
    if (!name) continue;
    if (name.region !== region) {
      throw invalid(
        `Layers are not in the same region as the function. Layers are expected to be in region ${region}.`,
      );
    }
    const layer = formatLayerArn(name);
    const before = seen.get(layer);
    if (before !== undefined) {
      throw invalid(
        `Two different versions of the same layer are not allowed to be referenced in the same function. ${before} and ${arn} are versions of the same layer.`,
      );
    }
    seen.set(layer, arn);
  }
}

async function findLayer(arn: string, call: Call, { layers, platform }: Kept): Promise<UsedLayer> {
  const name = parseLayerVersionArn(arn);
  const found = name && layers.find(name, name.version);
  if (!found) {
    if (name?.account === call.account) throw invalid(`Layer version ${arn} does not exist.`);
    return useAbsentLayer(arn);
  }
  const { statements } = found.version;
  const policy = { Statement: statements };
  const request = { action: 'lambda:GetLayerVersion', resource: arn, owner: name.account, policy };
  const denied = await platform.access.findRefusal(call, request);
  if (denied !== undefined) throw new ServiceError('AccessDeniedException', denied, { status: 403 });
  return useLayer(arn, found.version);
}

/** What a function has of a layer. */
export function useLayer(arn: string, { code, unpackedBytes, extensions }: LayerContent): UsedLayer {
  const isHere = code.kind === 'zip' || code.kind === 'directory';
  return { arn, codeSize: describeCode(code).CodeSize, unpackedBytes, extensions, ...(isHere && { code }) };
}

/** What a function has of a layer that is not in this cloud. */
export function useAbsentLayer(arn: string): UsedLayer {
  return { arn, codeSize: 0, unpackedBytes: 0, extensions: [] };
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', message);
}
