// STS: who am I, and temporary credentials. Federation (SAML, web identity) is not served (501).
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { callerIdentityOperations } from './operations/caller-identity.ts';
import { credentialOperations } from './operations/credential.ts';
import { createParts } from './parts.ts';

export function createStsService(platform: Platform): Service {
  const parts = createParts(platform);
  return {
    name: 'sts',
    operations: {
      ...callerIdentityOperations(parts),
      ...credentialOperations(parts),
    },
  };
}
