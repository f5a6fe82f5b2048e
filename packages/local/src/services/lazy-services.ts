// The services that are loaded when they are first needed, and what has to be known of them before. Together with
// `every-service.ts` the only place that knows services.
import type { LazyService } from './lazy-service.ts';
import { isForS3 } from './s3/recognize.ts';
import { isForLinks } from './sns/paths.ts';

export const LAZY_SERVICES: readonly LazyService[] = [
  {
    name: 's3',
    create: async () => (await import('./s3/service.ts')).createS3Service,
    resources: { prefix: 'AWS::S3::', load: async () => (await import('./s3/resources/list.ts')).S3_RESOURCES },
    doors: [{ name: 's3', pages: 'any', continues: true, accepts: isForS3 }],
  },
  {
    name: 'sns',
    create: async () => (await import('./sns/service.ts')).createSnsService,
    resources: { prefix: 'AWS::SNS::', load: async () => (await import('./sns/resources/list.ts')).SNS_RESOURCES },
    doors: [{ name: 'sns', pages: 'trusted', accepts: isForLinks }],
  },
  {
    name: 'kms',
    create: async () => (await import('./kms/service.ts')).createKmsService,
    resources: { prefix: 'AWS::KMS::', load: async () => (await import('./kms/resources/list.ts')).KMS_RESOURCES },
  },
  {
    name: 'scheduler',
    create: async () => (await import('./scheduler/service.ts')).createSchedulerService,
    resources: {
      prefix: 'AWS::Scheduler::',
      load: async () => (await import('./scheduler/resources/list.ts')).SCHEDULER_RESOURCES,
    },
  },
  {
    name: 'dynamodb',
    create: async () => (await import('./dynamodb/service.ts')).createDynamoDbService,
    resources: {
      prefix: 'AWS::DynamoDB::',
      load: async () => (await import('./dynamodb/resources/list.ts')).DYNAMODB_RESOURCES,
    },
  },
  {
    // A service of its own name in the models, whose state is the tables': it stands in their room.
    name: 'dynamodbstreams',
    create: async () => (await import('./dynamodb/streams/service.ts')).createDynamoDbStreamsService,
  },
  {
    name: 'pipes',
    create: async () => (await import('./pipes/service.ts')).createPipesService,
    resources: {
      prefix: 'AWS::Pipes::',
      load: async () => (await import('./pipes/resources/list.ts')).PIPES_RESOURCES,
    },
  },
  {
    name: 'kinesis',
    create: async () => (await import('./kinesis/service.ts')).createKinesisService,
    resources: {
      prefix: 'AWS::Kinesis::',
      load: async () => (await import('./kinesis/resources/list.ts')).KINESIS_RESOURCES,
    },
  },
  {
    name: 'stepfunctions',
    create: async () => (await import('./stepfunctions/service.ts')).createStepFunctionsService,
    resources: {
      prefix: 'AWS::StepFunctions::',
      load: async () => (await import('./stepfunctions/resources/list.ts')).STEP_FUNCTIONS_RESOURCES,
    },
  },
];
