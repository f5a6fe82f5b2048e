// Functions that do not run here: they are made, and their invocations are recorded and fail by name.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { whyNotRun } from '../../functions/runtimes.ts';
import type { StandIns } from '../../stand-ins/stand-ins.ts';
import type { Version } from './function.ts';
import { whyAbsent } from './layers/used-layer.ts';

export interface StandIn {
  /** The property of CreateFunction for which the version does not run here. */
  readonly property: string;
  /** Why, to follow the function's name. */
  readonly reason: string;
}

/** `undefined` when the version runs here. */
export async function findStandIn({
  settings,
  code,
}: Pick<Version, 'settings' | 'code'>): Promise<StandIn | undefined> {
  if (code.kind === 'image') return { property: 'Code', reason: `container images do not run here (${code.uri})` };
  const [property] = settings.unserved.filter((name) => name !== 'FileSystemConfigs');
  if (property !== undefined) return { property, reason: `functions with ${property} do not run here` };
  if (code.kind === 'object') {
    return { property: 'Code', reason: `its code, ${code.location}, is not on this machine` };
  }
  const reason = await whyNotRun({ runtime: settings.runtime, code, hasLayers: settings.layers.length > 0 });
  return reason === undefined ? undefined : { property: 'Runtime', reason };
}

/**
 * Refuses a version that does not run as it would in the cloud, where things that are not served are to be refused.
 * @throws ServiceError `InvalidParameterValueException`
 */
export async function checkServed(
  standIns: Pick<StandIns, 'allows'>,
  name: string,
  version: Pick<Version, 'settings' | 'code' | 'layers'>,
): Promise<void> {
  const refuse = (reason: string) => {
    throw new ServiceError('InvalidParameterValueException', `Earwitness does not run function ${name}: ${reason}.`);
  };
  const { unserved, deadLetterQueue } = version.settings;
  const standIn = await findStandIn(version);
  if (standIn && !standIns.allows('AWS::Lambda::Function')) refuse(standIn.reason);
  const [absent] = version.layers.filter((layer) => !layer.code);
  if (absent && !standIns.allows('AWS::Lambda::LayerVersion')) refuse(`the layer ${whyAbsent(absent.arn)}`);
  if (unserved.includes('FileSystemConfigs') && !standIns.allows('AWS::EFS::AccessPoint')) {
    refuse('FileSystemConfigs are not served');
  }
  const service = deadLetterQueue?.split(':')[2];
  if (service !== undefined && service !== 'sqs' && service !== 'sns' && !standIns.allows(service)) {
    refuse(`dead letters of functions go to SQS queues and SNS topics only, not to ${deadLetterQueue}`);
  }
}

/** Settings with a value that change how a function runs, and that have no counterpart here. */
export function unservedSettings(input: Readonly<Partial<Record<(typeof UNSERVED)[number], unknown>>>): string[] {
  return UNSERVED.filter((name) => {
    const value = input[name];
    return value !== undefined && !(Array.isArray(value) && value.length === 0);
  });
}

const UNSERVED = ['FileSystemConfigs', 'DurableConfig', 'TenancyConfig', 'CapacityProviderConfig'] as const;
