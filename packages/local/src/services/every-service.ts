// The one file that knows every service; those that are loaded when first needed stand in a list of their own.

import type { IsolationSetting } from '@earwitness/protocol/internal/functions/isolation';
import { DEFAULTS } from '../defaults.ts';
import type { Platform } from '../platform.ts';
import type { Service } from '../service.ts';
import { createApiGatewayService } from './apigateway/service.ts';
import { createApiGatewayV2Service } from './apigatewayv2/service.ts';
import { createCloudFormationService } from './cloudformation/service.ts';
import { createEventsService } from './events/service.ts';
import { createIamService } from './iam/service.ts';
import { createLambdaService } from './lambda/service.ts';
import { lazyService } from './lazy-service.ts';
import { LAZY_SERVICES } from './lazy-services.ts';
import { createLogsService } from './logs/service.ts';
import { createSecretsManagerService } from './secretsmanager/service.ts';
import { createSqsService } from './sqs/service.ts';
import { createSsmService } from './ssm/service.ts';
import { createStsService } from './sts/service.ts';
import { createTopicsService } from './topics/service.ts';

export interface ServiceOptions {
  /** Signs and checks the keys of topics. */
  readonly secret: string;
  readonly cache?: string;
  readonly messageMaxBytes?: number;
  readonly idleWorkers?: number;
  readonly isolation?: IsolationSetting;
  readonly rewriteOutputs?: boolean;
}

/** Every service, in the order in which their doors are asked. */
export function everyService(options: ServiceOptions): readonly ((platform: Platform) => Service)[] {
  const { secret, cache = DEFAULTS.cache, messageMaxBytes, idleWorkers, isolation, rewriteOutputs = true } = options;
  return [
    createSqsService,
    createSecretsManagerService,
    createIamService,
    createStsService,
    createLogsService,
    createSsmService,
    createEventsService,
    (platform) => createLambdaService(platform, { idleWorkers, isolation }),
    createApiGatewayService,
    createApiGatewayV2Service,
    (platform) => createCloudFormationService(platform, { rewriteOutputs }),
    ...LAZY_SERVICES.map(lazyService),
    createTopicsService({ secret, caches: [cache], ...(messageMaxBytes !== undefined && { messageMaxBytes }) }),
  ];
}
