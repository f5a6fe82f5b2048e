// KMS: symmetric encryption keys, their aliases and policies, and what is done with them. Asymmetric and HMAC keys,
// grants, imported material, custom key stores and keys of several regions are not served (501, or refused by name).
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { aliasOperations } from './operations/alias.ts';
import { encryptionOperations } from './operations/encryption.ts';
import { keyOperations } from './operations/key.ts';
import { createParts } from './parts.ts';
import { KMS_RESOURCES } from './resources/list.ts';

export function createKmsService(platform: Platform): Service {
  const parts = createParts(platform);
  return {
    name: 'kms',
    operations: { ...keyOperations(parts), ...aliasOperations(parts), ...encryptionOperations(parts) },
    resources: KMS_RESOURCES,
  };
}
