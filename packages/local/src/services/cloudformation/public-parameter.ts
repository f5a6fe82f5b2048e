// Values of AWS's own entries of the parameter store, which templates read as parameters and by dynamic references.
import type { Platform } from '../../platform.ts';

/**
 * AWS's own parameters under `/aws/service/` are in every account and not here: an image's id, or the name's last part,
 * stands in. Source: Systems Manager user guide, "Working with public parameters".
 */
export function publicParameter(name: string, standIns: Platform['standIns']): string | undefined {
  if (!name.startsWith('/aws/service/') || !standIns.allows('AWS::SSM::Parameter')) return undefined;
  return /\bami\b|image_id/.test(name) ? 'ami-0123456789abcdef0' : (name.split('/').at(-1) ?? name);
}
