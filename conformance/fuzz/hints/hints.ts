// What the members of AWS calls are likely to hold. The first row that fits `service.Operation.Member` counts.
import { arn, ROLE_ARN } from '../content/documents.ts';
import { plainText } from '../content/text.ts';
import { ACCOUNT_HINTS } from './account.ts';
import { COMPUTING_HINTS } from './computing.ts';
import { base64, type HintRow, UUID } from './hint.ts';
import { MESSAGING_HINTS } from './messaging.ts';

const GENERAL_HINTS: readonly HintRow[] = [
  [/\.(RoleArn|roleArn|Role|CredentialsArn|credentials|RoleARN)$/, [ROLE_ARN]],
  [/\.(NextToken|Marker|nextToken|position)$/, ['AAAA', '1', (random) => base64(plainText(random))], 'rarely'],
  [/\.(KMSKeyArn|KmsKeyIdentifier|KmsKeyId|KeyId|kmsKeyId)$/, [arn('kms', `key/${UUID}`)], 'rarely'],
];

const ROWS: readonly HintRow[] = [...MESSAGING_HINTS, ...COMPUTING_HINTS, ...ACCOUNT_HINTS, ...GENERAL_HINTS];

const found = new Map<string, HintRow | undefined>();

/** The row for a place; undefined when nothing is known of it. */
export function hintFor(place: string): HintRow | undefined {
  if (!found.has(place))
    found.set(
      place,
      ROWS.find(([places]) => places.test(place)),
    );
  return found.get(place);
}
