// CloudFormation: AWS::S3::Bucket (Ref: the name). The bucket is made first, then configured, one property after the
// other; its notifications come last, as S3 looks for their destinations.
import { partitionOf } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call } from '../../../call.ts';
import { refusalsOf } from '../../../resources/finding.ts';
import { textProperty } from '../../../resources/properties.ts';
import type { Made, Properties, Working } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { tagList, tagsOf } from '../../../resources/tags.ts';
import {
  cannedAcl,
  checkAccessControl,
  corsRules,
  encryptionRules,
  lifecycleRules,
  notifications,
} from './bucket-properties.ts';

/** Characters of a bucket's name. Source: S3 user guide, "General purpose bucket naming rules". */
const NAME_MAX_LENGTH = 63;

type Context = ResourceContext<'s3'>;

/** How each property is brought to a bucket, in this order, and what is done when a template no longer has it. */
const PROPERTIES: Readonly<
  Record<string, { put(Bucket: string, value: unknown, context: Context): Promise<unknown>; drop: Drop }>
> = {
  BucketEncryption: {
    put: (Bucket, value, { run }) =>
      run('PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration: { Rules: encryptionRules(value) } }),
    drop: (Bucket, { run }) => run('DeleteBucketEncryption', { Bucket }),
  },
  VersioningConfiguration: {
    put: async (Bucket, value, { parse, run }) =>
      run('PutBucketVersioning', {
        ...(await parse('PutBucketVersioning', { VersioningConfiguration: value })),
        Bucket,
      }),
    // A bucket that was versioned cannot become one that never was.
    drop: (Bucket, { run }) => run('PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Suspended' } }),
  },
  PublicAccessBlockConfiguration: {
    put: async (Bucket, value, { parse, run }) =>
      run('PutPublicAccessBlock', {
        ...(await parse('PutPublicAccessBlock', { PublicAccessBlockConfiguration: value })),
        Bucket,
      }),
    drop: (Bucket, { run }) => run('DeletePublicAccessBlock', { Bucket }),
  },
  OwnershipControls: {
    put: async (Bucket, value, { parse, run }) =>
      run('PutBucketOwnershipControls', {
        ...(await parse('PutBucketOwnershipControls', { OwnershipControls: value })),
        Bucket,
      }),
    drop: (Bucket, { run }) => run('DeleteBucketOwnershipControls', { Bucket }),
  },
  AccessControl: {
    put: (Bucket, value, { run }) =>
      run('PutBucketAcl', { Bucket, ACL: cannedAcl(value) ?? 'private' }).catch(ignoreDisabled),
    drop: (Bucket, { run }) => run('PutBucketAcl', { Bucket, ACL: 'private' }).catch(ignoreDisabled),
  },
  CorsConfiguration: {
    put: (Bucket, value, { run }) =>
      run('PutBucketCors', { Bucket, CORSConfiguration: { CORSRules: corsRules(value) } }),
    drop: (Bucket, { run }) => run('DeleteBucketCors', { Bucket }),
  },
  LifecycleConfiguration: {
    put: (Bucket, value, { run }) =>
      run('PutBucketLifecycleConfiguration', { Bucket, LifecycleConfiguration: { Rules: lifecycleRules(value) } }),
    drop: (Bucket, { run }) => run('DeleteBucketLifecycle', { Bucket }),
  },
  NotificationConfiguration: {
    put: (Bucket, value, { run }) =>
      run('PutBucketNotificationConfiguration', { Bucket, NotificationConfiguration: notifications(value) }),
    drop: (Bucket, { run }) => run('PutBucketNotificationConfiguration', { Bucket, NotificationConfiguration: {} }),
  },
};

/** What can be refused of a property before there is a bucket. */
const READERS: Readonly<Record<string, (value: unknown) => unknown>> = {
  BucketEncryption: encryptionRules,
  CorsConfiguration: corsRules,
  LifecycleConfiguration: lifecycleRules,
  NotificationConfiguration: notifications,
};

type Drop = (Bucket: string, context: Context) => Promise<unknown>;

export const bucketResource = serviceResource('s3', {
  type: 'AWS::S3::Bucket',
  serves: ['BucketName', 'Tags', ...Object.keys(PROPERTIES)],
  ignores: [
    ...['AbacStatus', 'AccelerateConfiguration', 'AnalyticsConfigurations', 'IntelligentTieringConfigurations'],
    ...['InventoryConfigurations', 'LoggingConfiguration', 'MetricsConfigurations', 'WebsiteConfiguration'],
  ],
  async examine(properties) {
    const given = Object.entries(READERS).filter(([name]) => properties[name] !== undefined);
    const each = given.map(([name, read]) => refusalsOf([name], () => read(properties[name])));
    const acl = refusalsOf(['AccessControl'], () => checkAccessControl(properties));
    return (await Promise.all([...each, acl])).flat();
  },
  // CreateBucket gives a bucket of one's own back, in us-east-1.
  async namesake(properties, { run }) {
    const name = textProperty(properties, 'BucketName');
    return name === undefined ? undefined : { name, physicalId: name, exists: await exists(name, run) };
  },
  async create(properties, context) {
    const { call, run } = context;
    const Bucket =
      textProperty(properties, 'BucketName') ?? context.generateName({ maxLength: NAME_MAX_LENGTH }).toLowerCase();
    const { region } = call;
    checkAccessControl(properties);
    await run('CreateBucket', {
      Bucket,
      ...(region !== 'us-east-1' && { CreateBucketConfiguration: { LocationConstraint: region as never } }),
    });
    const made = describe(Bucket, call);
    context.began(made);
    await putTags(Bucket, properties, context);
    for (const [name, { put }] of Object.entries(PROPERTIES)) {
      if (properties[name] !== undefined) await put(Bucket, properties[name], context);
    }
    return made;
  },
  async adopt({ BucketName: Bucket = '' }, { call, run }) {
    await run('HeadBucket', { Bucket });
    return describe(Bucket, call);
  },
  async update(made, properties, context) {
    const { previous } = context;
    const Bucket = made.physicalId;
    const changed = (name: string) => JSON.stringify(properties[name]) !== JSON.stringify(previous[name]);
    checkAccessControl(properties);
    if (changed('Tags')) await putTags(Bucket, properties, context);
    for (const [name, { put, drop }] of Object.entries(PROPERTIES)) {
      if (!changed(name)) continue;
      await (properties[name] === undefined ? drop(Bucket, context) : put(Bucket, properties[name], context));
    }
    return made;
  },
  gone: 'NoSuchBucket',
  delete: ({ physicalId: Bucket }, { run }) => run('DeleteBucket', { Bucket }),
});

/** Where ACLs are disabled, the lists that are left say what is so anyway: `checkAccessControl` refused the others. */
function ignoreDisabled(error: unknown): void {
  if (!(error instanceof ServiceError) || error.code !== 'AccessControlListNotSupported') throw error;
}

async function exists(Bucket: string, run: Context['run']): Promise<boolean> {
  try {
    await run('HeadBucket', { Bucket });
    return true;
  } catch (error) {
    // Another account's bucket is there, too: all names are in one space.
    if (error instanceof ServiceError) return !['NotFound', 'NoSuchBucket'].includes(error.code);
    throw error;
  }
}

/**
 * The template's tags, and those by which CloudFormation marks its buckets, as CloudFormation: nobody else may give
 * tags that begin with `aws:`.
 */
async function putTags(Bucket: string, properties: Properties, context: Context & Working): Promise<void> {
  const { call, dispatch, logicalId, stack, stackName } = context;
  const marks = {
    'aws:cloudformation:stack-id': stack.id,
    'aws:cloudformation:logical-id': logicalId,
    'aws:cloudformation:stack-name': stackName,
  };
  const TagSet = tagList({ ...tagsOf(properties), ...marks });
  const principal = { kind: 'service', service: 'cloudformation.amazonaws.com', sourceAccount: call.account } as const;
  await dispatch.call('s3', 'PutBucketTagging', { Bucket, Tagging: { TagSet } }, { ...call, principal });
}

function describe(name: string, { region }: Call): Made {
  const partition = partitionOf(region);
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return {
    physicalId: name,
    attributes: {
      Arn: `arn:${partition}:s3:::${name}`,
      DomainName: `${name}.s3.${suffix}`,
      DualStackDomainName: `${name}.s3.dualstack.${region}.${suffix}`,
      RegionalDomainName: `${name}.s3.${region}.${suffix}`,
      WebsiteURL: `http://${name}.${websiteHost(region)}.${suffix}`,
    },
  };
}

/** Source: S3 user guide, "Website endpoints": older regions stand behind a dash, all others behind a dot. */
function websiteHost(region: string): string {
  return `s3-website${DASHED_WEBSITES.includes(region) ? '-' : '.'}${region}`;
}

const DASHED_WEBSITES = [
  ...['us-east-1', 'us-west-1', 'us-west-2', 'us-gov-west-1', 'eu-west-1', 'sa-east-1'],
  ...['ap-southeast-1', 'ap-southeast-2', 'ap-northeast-1'],
];
