// STS: who am I, and temporary credentials. Federation (SAML, web identity) is not served (501).
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { assumeRole } from './operations/assume-role.ts';
import { getAccessKeyInfo } from './operations/get-access-key-info.ts';
import { getCallerIdentity } from './operations/get-caller-identity.ts';
import { getSessionToken } from './operations/get-session-token.ts';

export function createStsService(platform: Platform): Service {
  return {
    name: 'sts',
    operations: {
      AssumeRole: assumeRole(platform),
      GetAccessKeyInfo: getAccessKeyInfo(platform),
      GetCallerIdentity: getCallerIdentity(platform),
      GetSessionToken: getSessionToken(platform),
    },
  };
}
