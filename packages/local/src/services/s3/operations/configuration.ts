// How a bucket is set up: documents that are put, looked at and taken away. Most are kept as they are; what has an
// effect here says the room's README.
import type { Call, OperationsOf } from '../../../call.ts';
import type { Documents } from '../bucket.ts';
import { checkCors } from '../cors.ts';
import { checkLifecycle } from '../lifecycle.ts';
import { describeNotifications, parseNotifications } from '../notifications/configuration.ts';
import { checkDestinations } from '../notifications/destination-check.ts';
import { bucketArn } from '../notifications/notice.ts';
import { awsTagsOf, tagSetOf, tagsOfSet } from '../objects/tags.ts';
import { hostIdOf, type OnBucket, type Parts } from '../parts.ts';
import { checkBucketPolicy } from '../policies/bucket-policy.ts';
import { isPublicPolicy } from '../policies/public-policy.ts';
import { accessDenied, refused } from '../refusals.ts';

export function configurationOperations(parts: Parts) {
  const { platform } = parts;

  const set = async (
    input: OnBucket,
    call: Call,
    action: string,
    documents: Documents,
  ): Promise<Record<string, never>> => {
    const { name } = await parts.open(input, call, action);
    await parts.change(name, (bucket) => ({ ...bucket, documents: { ...bucket.documents, ...documents } }));
    return {};
  };
  const drop = async (input: OnBucket, call: Call, action: string, document: keyof Documents) => {
    const { name } = await parts.open(input, call, action);
    await parts.change(name, ({ documents: { [document]: _, ...documents }, ...bucket }) => ({ ...bucket, documents }));
    return {};
  };
  /** @throws ServiceError `code` when the bucket has no such document */
  const get = async <Name extends keyof Documents>(
    input: OnBucket,
    call: Call,
    { action, document, code, message }: { action: string; document: Name; code: string; message: string },
  ): Promise<NonNullable<Documents[Name]>> => {
    const { name, documents } = await parts.open(input, call, action);
    const found = documents[document];
    if (found === undefined) throw refused(code, message, { status: 404, BucketName: name });
    return found as NonNullable<Documents[Name]>;
  };

  return {
    async GetBucketVersioning(input, call) {
      const { versioning } = await parts.open(input, call, 's3:GetBucketVersioning');
      return { ...(versioning !== undefined && { Status: versioning }) };
    },
    async PutBucketVersioning(input, call) {
      const { name } = await parts.open(input, call, 's3:PutBucketVersioning');
      const { Status: versioning, MFADelete } = input.VersioningConfiguration;
      if (MFADelete === 'Enabled')
        throw refused('NotImplemented', 'Earwitness does not serve MFADelete.', { status: 501 });
      if (versioning === undefined) {
        throw refused('IllegalVersioningConfigurationException', 'The Versioning element must be specified');
      }
      await parts.change(name, (bucket) => ({ ...bucket, versioning }));
      return {};
    },

    async GetBucketTagging(input, call) {
      const { name, tags } = await parts.open(input, call, 's3:GetBucketTagging');
      if (Object.keys(tags).length > 0) return { TagSet: tagSetOf(tags) };
      throw refused('NoSuchTagSet', 'The TagSet does not exist', { status: 404, BucketName: name });
    },
    async PutBucketTagging(input, call) {
      const isAws = call.principal.kind === 'service' && call.principal.service === 'cloudformation.amazonaws.com';
      const { name } = isAws
        ? await parts.open(input, ownCall(call), 's3:PutBucketTagging')
        : await parts.open(input, call, 's3:PutBucketTagging');
      const tags = tagsOfSet(input.Tagging.TagSet, { on: 'bucket', isAws });
      // Those of AWS's services are theirs.
      await parts.change(name, (bucket) => ({
        ...bucket,
        tags: isAws ? tags : { ...tags, ...awsTagsOf(bucket.tags) },
      }));
      return {};
    },
    async DeleteBucketTagging(input, call) {
      const { name } = await parts.open(input, call, 's3:PutBucketTagging');
      await parts.change(name, (bucket) => ({ ...bucket, tags: awsTagsOf(bucket.tags) }));
      return {};
    },

    async GetBucketPolicy(input, call) {
      const { name, policy } = await parts.open(input, call, 's3:GetBucketPolicy');
      if (policy !== undefined) return { Policy: policy };
      throw refused('NoSuchBucketPolicy', 'The bucket policy does not exist', { status: 404, BucketName: name });
    },
    async PutBucketPolicy(input, call) {
      const { name, documents } = await parts.open(input, call, 's3:PutBucketPolicy');
      const { Policy: policy } = input;
      checkBucketPolicy(policy, bucketArn(name));
      if (documents.publicAccess?.BlockPublicPolicy && isPublicPolicy(policy)) {
        throw accessDenied(
          `User: ${call.principal.kind === 'service' ? call.principal.service : call.principal.arn} is not authorized to perform: s3:PutBucketPolicy on resource: "${bucketArn(name)}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
        );
      }
      await parts.change(name, (bucket) => ({ ...bucket, policy }));
      return {};
    },
    async DeleteBucketPolicy(input, call) {
      const { name } = await parts.open(input, call, 's3:DeleteBucketPolicy');
      await parts.change(name, ({ policy: _, ...bucket }) => bucket);
      return {};
    },
    async GetBucketPolicyStatus(input, call) {
      const { name, policy } = await parts.open(input, call, 's3:GetBucketPolicyStatus');
      if (policy === undefined) {
        throw refused('NoSuchBucketPolicy', 'The bucket policy does not exist', { status: 404, BucketName: name });
      }
      return { PolicyStatus: { IsPublic: isPublicPolicy(policy) } };
    },

    async GetBucketNotificationConfiguration(input, call) {
      const { notifications } = await parts.open(input, call, 's3:GetBucketNotification');
      return describeNotifications(notifications);
    },
    async PutBucketNotificationConfiguration(input, call) {
      const { name, region, account, tags } = await parts.open(input, call, 's3:PutBucketNotification');
      const newId = () => platform.ids.uuid();
      const notifications = parseNotifications(input.NotificationConfiguration, { region, newId });
      const source = { bucket: name, region, account };
      if (!input.SkipDestinationValidation) await checkDestinations(platform, notifications.rules, source);
      await parts.change(name, (bucket) => ({ ...bucket, notifications }));
      const { requestId } = call;
      await parts.notifier.test({ name, region, account, awsTags: awsTagsOf(tags) }, notifications, {
        requestId,
        hostId: hostIdOf(requestId),
      });
      return {};
    },

    GetBucketCors: async (input, call) =>
      get(input, call, {
        action: 's3:GetBucketCORS',
        document: 'cors',
        code: 'NoSuchCORSConfiguration',
        message: 'The CORS configuration does not exist',
      }),
    async PutBucketCors(input, call) {
      checkCors(input.CORSConfiguration.CORSRules);
      return set(input, call, 's3:PutBucketCORS', { cors: input.CORSConfiguration });
    },
    DeleteBucketCors: (input, call) => drop(input, call, 's3:PutBucketCORS', 'cors'),

    async GetBucketEncryption(input, call) {
      const { documents } = await parts.open(input, call, 's3:GetEncryptionConfiguration');
      return { ServerSideEncryptionConfiguration: documents.encryption ?? { Rules: [] } };
    },
    PutBucketEncryption: (input, call) =>
      set(input, call, 's3:PutEncryptionConfiguration', { encryption: input.ServerSideEncryptionConfiguration }),
    // Every bucket is encrypted: without a document of its own as a new one is.
    DeleteBucketEncryption: (input, call) =>
      set(input, call, 's3:PutEncryptionConfiguration', {
        encryption: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }],
        },
      }),

    async GetBucketLifecycleConfiguration(input, call) {
      const Rules = await get(input, call, {
        action: 's3:GetLifecycleConfiguration',
        document: 'lifecycle',
        code: 'NoSuchLifecycleConfiguration',
        message: 'The lifecycle configuration does not exist',
      });
      return { Rules, TransitionDefaultMinimumObjectSize: 'all_storage_classes_128K' as const };
    },
    async PutBucketLifecycleConfiguration(input, call) {
      const { Rules: given = [] } = input.LifecycleConfiguration ?? {};
      checkLifecycle(given);
      const lifecycle = given.map((rule) => ({ ...rule, ID: rule.ID ?? platform.ids.uuid() }));
      await set(input, call, 's3:PutLifecycleConfiguration', { lifecycle });
      return { TransitionDefaultMinimumObjectSize: 'all_storage_classes_128K' as const };
    },
    DeleteBucketLifecycle: (input, call) => drop(input, call, 's3:PutLifecycleConfiguration', 'lifecycle'),

    GetPublicAccessBlock: async (input, call) => ({
      PublicAccessBlockConfiguration: await get(input, call, {
        action: 's3:GetBucketPublicAccessBlock',
        document: 'publicAccess',
        code: 'NoSuchPublicAccessBlockConfiguration',
        message: 'The public access block configuration was not found',
      }),
    }),
    PutPublicAccessBlock(input, call) {
      const { BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets } =
        input.PublicAccessBlockConfiguration;
      const publicAccess = {
        BlockPublicAcls: BlockPublicAcls ?? false,
        IgnorePublicAcls: IgnorePublicAcls ?? false,
        BlockPublicPolicy: BlockPublicPolicy ?? false,
        RestrictPublicBuckets: RestrictPublicBuckets ?? false,
      };
      return set(input, call, 's3:PutBucketPublicAccessBlock', { publicAccess });
    },
    DeletePublicAccessBlock: (input, call) => drop(input, call, 's3:PutBucketPublicAccessBlock', 'publicAccess'),

    GetBucketOwnershipControls: async (input, call) => ({
      OwnershipControls: await get(input, call, {
        action: 's3:GetBucketOwnershipControls',
        document: 'ownership',
        code: 'OwnershipControlsNotFoundError',
        message: 'The bucket ownership controls were not found',
      }),
    }),
    PutBucketOwnershipControls: (input, call) =>
      set(input, call, 's3:PutBucketOwnershipControls', { ownership: input.OwnershipControls }),
    DeleteBucketOwnershipControls: (input, call) => drop(input, call, 's3:PutBucketOwnershipControls', 'ownership'),

    async GetBucketLogging(input, call) {
      const { documents } = await parts.open(input, call, 's3:GetBucketLogging');
      return { ...(documents.logging && { LoggingEnabled: documents.logging }) };
    },
    PutBucketLogging(input, call) {
      const { LoggingEnabled: logging } = input.BucketLoggingStatus;
      if (logging) return set(input, call, 's3:PutBucketLogging', { logging });
      return drop(input, call, 's3:PutBucketLogging', 'logging');
    },

    async GetBucketRequestPayment(input, call) {
      const { documents } = await parts.open(input, call, 's3:GetBucketRequestPayment');
      return { Payer: documents.payer ?? ('BucketOwner' as const) };
    },
    PutBucketRequestPayment: (input, call) =>
      set(input, call, 's3:PutBucketRequestPayment', { payer: input.RequestPaymentConfiguration.Payer }),

    GetBucketWebsite: async (input, call) =>
      get(input, call, {
        action: 's3:GetBucketWebsite',
        document: 'website',
        code: 'NoSuchWebsiteConfiguration',
        message: 'The specified bucket does not have a website configuration',
      }),
    PutBucketWebsite: (input, call) => set(input, call, 's3:PutBucketWebsite', { website: input.WebsiteConfiguration }),
    DeleteBucketWebsite: (input, call) => drop(input, call, 's3:DeleteBucketWebsite', 'website'),
  } satisfies OperationsOf<'s3'>;
}

/** CloudFormation marks buckets for the account that deploys. */
function ownCall(call: Call): Call {
  return { ...call, principal: { kind: 'account', arn: `arn:aws:iam::${call.account}:root` } };
}
