// What a bucket tells to whom. Putting a configuration replaces all of it.
import { createHash } from 'node:crypto';
import type { OperationsOf } from '../../../call.ts';
import { describeNotifications, NO_NOTIFICATIONS, parseNotifications } from '../notifications/configuration.ts';
import { checkDestinations } from '../notifications/destination-check.ts';
import type { Parts } from '../parts.ts';

export function notificationOperations({ platform, buckets, notifier }: Parts) {
  return {
    async GetBucketNotificationConfiguration({ Bucket: name }, call) {
      const bucket = await buckets.open(name, call, 's3:GetBucketNotification');
      return describeNotifications(bucket.notifications ?? NO_NOTIFICATIONS);
    },

    async PutBucketNotificationConfiguration(input, call) {
      const { Bucket: name, NotificationConfiguration: configuration, SkipDestinationValidation: skip } = input;
      const bucket = await buckets.open(name, call, 's3:PutBucketNotification');
      const { account, region } = bucket;
      // As AWS's: 48 characters, a UUID in base64.
      const newId = () => Buffer.from(platform.ids.uuid()).toString('base64');
      const notifications = parseNotifications(configuration, { region, newId });
      if (!skip) await checkDestinations(platform, notifications.rules, { bucket: name, account, region });
      await buckets.change(name, (row) => ({ ...row, notifications }));
      const hostId = createHash('sha256').update(call.requestId).digest('base64');
      await notifier.test({ name, account, region, awsTags: {} }, notifications, { requestId: call.requestId, hostId });
      return {};
    },
  } satisfies OperationsOf<'s3'>;
}
