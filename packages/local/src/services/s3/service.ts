// Amazon S3: buckets, objects and their versions, uploads in parts, notifications and policies. What is not served is
// refused by name; the README has the table.
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { createS3Door } from './door.ts';
import { bucketMap } from './map.ts';
import { bucketOperations } from './operations/bucket.ts';
import { configurationOperations } from './operations/configuration.ts';
import { copyOperations } from './operations/copy.ts';
import { deletionOperations } from './operations/deletion.ts';
import { listingOperations } from './operations/listing.ts';
import { multipartOperations } from './operations/multipart.ts';
import { objectOperations } from './operations/object.ts';
import { taggingOperations } from './operations/tagging.ts';
import { createParts } from './parts.ts';
import { S3_RESOURCES } from './resources/list.ts';
import { validateS3 } from './validate.ts';

export function createS3Service(platform: Platform): Service {
  const parts = createParts(platform);
  return {
    name: 's3',
    operations: {
      ...bucketOperations(parts),
      ...configurationOperations(parts),
      ...objectOperations(parts),
      ...deletionOperations(parts),
      ...listingOperations(parts),
      ...copyOperations(parts),
      ...multipartOperations(parts),
      ...taggingOperations(parts),
    },
    validate: validateS3,
    map: () => bucketMap(parts),
    resources: S3_RESOURCES,
    doors: [createS3Door(parts)],
    purge: () => parts.notifier.reset(),
    reset() {
      parts.notifier.reset();
      parts.contents.reset();
    },
    close: () => parts.notifier.close(),
  };
}
