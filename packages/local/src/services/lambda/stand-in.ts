// Functions that do not run here: they are made, and their invocations are recorded and fail by name.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { StandIns } from '../../stand-ins/stand-ins.ts';
import type { Version } from './function.ts';

/** Why a version does not run here, to follow its function's name; `undefined` when it does. */
export function whyStandsIn({ settings, code }: Pick<Version, 'settings' | 'code'>): string | undefined {
  if (code.kind === 'image') return `container images do not run here (${code.uri})`;
  if (!/^nodejs/.test(settings.runtime)) return `the runtime ${settings.runtime} does not run here`;
  const [setting] = settings.unserved.filter((name) => name !== 'FileSystemConfigs');
  if (setting !== undefined) return `functions with ${setting} do not run here`;
  if (code.kind === 'object') return `its code, ${code.location}, is not on this machine`;
  return undefined;
}

/**
 * Refuses a version that does not run as it would in the cloud, where things that are not served are to be refused.
 * @throws ServiceError `InvalidParameterValueException`
 */
export function checkServed(
  standIns: Pick<StandIns, 'allows'>,
  name: string,
  version: Pick<Version, 'settings' | 'code'>,
): void {
  const refuse = (reason: string) => {
    throw new ServiceError('InvalidParameterValueException', `Earwitness does not run function ${name}: ${reason}.`);
  };
  const { unserved, layers, deadLetterQueue } = version.settings;
  const reason = whyStandsIn(version);
  if (reason !== undefined && !standIns.allows('AWS::Lambda::Function')) refuse(reason);
  if (layers.length > 0 && !standIns.allows('AWS::Lambda::LayerVersion')) refuse('layers are not served');
  if (unserved.includes('FileSystemConfigs') && !standIns.allows('AWS::EFS::AccessPoint')) {
    refuse('FileSystemConfigs are not served');
  }
  const service = deadLetterQueue?.split(':')[2];
  if (service !== undefined && service !== 'sqs' && !standIns.allows(service)) {
    refuse(`dead letters of functions go to SQS queues only, not to ${deadLetterQueue}`);
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
