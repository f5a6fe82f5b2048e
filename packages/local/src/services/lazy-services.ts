// The services that are loaded when they are first needed, and what has to be known of them before. Together with
// `every-service.ts` the only place that knows services.
import type { LazyService } from './lazy-service.ts';

export const LAZY_SERVICES: readonly LazyService[] = [
  {
    name: 'kms',
    create: async () => (await import('./kms/service.ts')).createKmsService,
    resources: { prefix: 'AWS::KMS::', load: async () => (await import('./kms/resources/list.ts')).KMS_RESOURCES },
  },
];
