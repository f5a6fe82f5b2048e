// Names of properties in the classes of aws-lambda-java-events, which are not those of their methods: `Records` for
// getRecords. In those classes, times are seconds.
// Source: aws-lambda-java-serialization, LambdaEventSerializers, its mixins and S3EventSerializer.
package earwitness;

import java.util.HashMap;
import java.util.Map;

final class EventNames {
  private static final String PACKAGE = Handlers.CORE + "events.";
  private static final String[] BATCHES = {
    "SQSEvent", "KinesisEvent", "KinesisTimeWindowEvent", "DynamodbEvent", "DynamodbTimeWindowEvent"
  };
  /** `SQSEvent.records` → `Records` */
  private static final Map<String, String> NAMES = new HashMap<>();
  /** Classes whose names all begin with a capital letter, those that are nested in them included. */
  private static final String CAPITALS = "SNSEvent|CloudFormationCustomResourceEvent|StreamRecord|AttributeValue";
  /** Classes without a constructor that takes nothing: the names of what theirs take. */
  private static final Map<String, String> CONSTRUCTORS = new HashMap<>();

  static {
    for (String event : BATCHES) NAMES.put(event + ".records", "Records");
    NAMES.put("SQSEvent$SQSMessage.eventSourceArn", "eventSourceARN");
    NAMES.put("DynamodbEvent$DynamodbStreamRecord.eventSourceArn", "eventSourceARN");
    NAMES.put("ScheduledEvent.detailType", "detail-type");
    NAMES.put("CloudFormationCustomResourceEvent.responseUrl", "ResponseURL");
    NAMES.put("SNSEvent$SNSRecord.SNS", "Sns");
    CONSTRUCTORS.put("S3Event", "Records");
    CONSTRUCTORS.put(
        "S3EventNotificationRecord",
        "awsRegion eventName eventSource eventTime eventVersion requestParameters responseElements s3 userIdentity");
    CONSTRUCTORS.put("RequestParametersEntity", "sourceIPAddress");
    CONSTRUCTORS.put("ResponseElementsEntity", "x-amz-id-2 x-amz-request-id");
    CONSTRUCTORS.put("S3Entity", "configurationId bucket object s3SchemaVersion");
    CONSTRUCTORS.put("S3BucketEntity", "name ownerIdentity arn");
    CONSTRUCTORS.put("S3ObjectEntity", "key size eTag versionId sequencer");
    CONSTRUCTORS.put("UserIdentityEntity", "principalId");
  }

  private EventNames() {}

  static boolean isEvent(Class<?> type) {
    return type.getName().startsWith(PACKAGE);
  }

  /** @param property as the method's name says it */
  static String nameOf(Class<?> type, String property) {
    if (!isEvent(type)) return property;
    String name = type.getName().substring(PACKAGE.length());
    String special = NAMES.get(name + "." + property);
    if (special != null) return special;
    if (!name.replaceAll("^models\\.dynamodb\\.", "").matches("(" + CAPITALS + ")(\\$.*)?")) return property;
    return Character.toUpperCase(property.charAt(0)) + property.substring(1);
  }

  /** What the longest constructor takes, or null. */
  static String[] constructorOf(Class<?> type) {
    String names = isEvent(type) ? CONSTRUCTORS.get(type.getSimpleName()) : null;
    return names == null ? null : names.split(" ");
  }
}
