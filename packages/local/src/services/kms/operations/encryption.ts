// What is done with keys: encrypt, decrypt, encrypt anew, and make data keys.
import { randomBytes } from 'node:crypto';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { GenerateDataKeyRequest } from '@earwitness/protocol/internal/aws/models/kms.types';
import type { Call, OperationsOf } from '../../../call.ts';
import {
  checkUsable,
  type EncryptionContext,
  type Key,
  keyArn,
  materialId,
  parseHeader,
  rotationsOf,
  seal,
  unseal,
} from '../key.ts';
import { refuseGrantTokens } from '../keys.ts';
import type { Parts } from '../parts.ts';

const ALGORITHM = 'SYMMETRIC_DEFAULT';

/** Members of several requests that say what is not served. */
interface Options {
  readonly GrantTokens?: readonly string[] | undefined;
  readonly DryRun?: boolean | undefined;
  readonly Recipient?: object | undefined;
  readonly DryRunModifiers?: readonly string[] | undefined;
}

export function encryptionOperations({ platform, keys }: Parts) {
  const { clock, journal } = platform;

  async function openToUse(reference: string, call: Call, action: string, context: EncryptionContext): Promise<Key> {
    const key = await keys.open(reference, call, action, { use: true, context });
    checkUsable(key);
    return key;
  }

  function encrypt(key: Key, plaintext: Uint8Array, context: EncryptionContext) {
    return { CiphertextBlob: seal(key, plaintext, { context, now: clock.now() }), KeyId: keyArn(key) };
  }

  /** The plaintext for a caller who may do `action` with the key that made the ciphertext. */
  async function decrypt(
    blob: Uint8Array | undefined,
    call: Call,
    asked: { readonly action: string; readonly keyId: string | undefined; readonly context: EncryptionContext },
  ) {
    if (!blob) throw new ServiceError('ValidationException', 'CiphertextBlob is required.');
    const { action, keyId, context } = asked;
    const header = parseHeader(blob);
    if (!header) throw refuseCiphertext('It was not made by KMS of this cloud, or not kept whole.');
    const maker = keys.find({ ...header, region: call.region });
    if (keyId !== undefined) {
      // Also by its mere id where it belongs to another account. Source: KMS API reference, Decrypt, "Cross-account
      // use".
      const named = keyId === header.id && maker ? maker : await openToUse(keyId, call, action, context);
      if (named.id !== header.id) {
        throw new ServiceError(
          'IncorrectKeyException',
          'The key ID in the request does not identify a CMK that can perform this operation.',
        );
      }
    }
    if (!maker) {
      throw new ServiceError(
        'AccessDeniedException',
        'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
      );
    }
    const key = await openToUse(keyArn(maker), call, action, context);
    const plaintext = unseal(key, blob, context);
    if (!plaintext) throw refuseCiphertext('It was changed, or its encryption context was another one.');
    return { key, plaintext, material: materialId(key, header.material) };
  }

  // AWS says nothing of why, and no more does the answer; whoever owns the cloud may know.
  function refuseCiphertext(message: string): ServiceError {
    journal.record({ kind: 'warning', about: 'ciphertext for KMS', message });
    return new ServiceError('InvalidCiphertextException', '');
  }

  async function makeDataKey(input: GenerateDataKeyRequest, call: Call, action: string) {
    const { KeyId: id, EncryptionContext: context, KeySpec: spec, NumberOfBytes: count } = input;
    refuseUnserved(input);
    if ((spec === undefined) === (count === undefined)) {
      throw new ServiceError('ValidationException', 'Please specify either number of bytes or key spec.');
    }
    const key = await openToUse(id, call, action, context);
    endDryRun(input);
    const Plaintext = new Uint8Array(randomBytes(count ?? (spec === 'AES_128' ? 16 : 32)));
    const KeyMaterialId = materialId(key, rotationsOf(key, clock.now()));
    return { Plaintext, sealed: { ...encrypt(key, Plaintext, context), KeyMaterialId } };
  }

  return {
    async Encrypt(input, call) {
      const { KeyId: id, Plaintext: plaintext, EncryptionContext: context } = input;
      refuseUnserved(input, input.EncryptionAlgorithm);
      const key = await openToUse(id, call, 'Encrypt', context);
      endDryRun(input);
      return { ...encrypt(key, plaintext, context), EncryptionAlgorithm: ALGORITHM };
    },

    async Decrypt(input, call) {
      const { CiphertextBlob: blob, KeyId: keyId, EncryptionContext: context } = input;
      refuseUnserved(input, input.EncryptionAlgorithm);
      const { key, plaintext, material } = await decrypt(blob, call, { action: 'Decrypt', keyId, context });
      endDryRun(input);
      return { KeyId: keyArn(key), Plaintext: plaintext, EncryptionAlgorithm: ALGORITHM, KeyMaterialId: material };
    },

    async ReEncrypt(input, call) {
      const { CiphertextBlob: blob, SourceKeyId: keyId, SourceEncryptionContext: from } = input;
      const { DestinationKeyId: to, DestinationEncryptionContext: context } = input;
      refuseUnserved(input, input.SourceEncryptionAlgorithm, input.DestinationEncryptionAlgorithm);
      const source = await decrypt(blob, call, { action: 'ReEncryptFrom', keyId, context: from });
      const key = await openToUse(to, call, 'ReEncryptTo', context);
      endDryRun(input);
      return {
        ...encrypt(key, source.plaintext, context),
        SourceKeyId: keyArn(source.key),
        SourceEncryptionAlgorithm: ALGORITHM,
        DestinationEncryptionAlgorithm: ALGORITHM,
        SourceKeyMaterialId: source.material,
        DestinationKeyMaterialId: materialId(key, rotationsOf(key, clock.now())),
      };
    },

    async GenerateDataKey(input, call) {
      const { Plaintext, sealed } = await makeDataKey(input, call, 'GenerateDataKey');
      return { ...sealed, Plaintext };
    },

    async GenerateDataKeyWithoutPlaintext(input, call) {
      return (await makeDataKey(input, call, 'GenerateDataKeyWithoutPlaintext')).sealed;
    },
  } satisfies OperationsOf<'kms'>;
}

/** @throws InvalidGrantTokenException, InvalidKeyUsageException, UnsupportedOperationException */
function refuseUnserved(input: Options, ...algorithms: readonly (string | undefined)[]): void {
  refuseGrantTokens(input.GrantTokens);
  const other = algorithms.find((algorithm) => algorithm !== undefined && algorithm !== ALGORITHM);
  if (other !== undefined) {
    throw new ServiceError(
      'InvalidKeyUsageException',
      `Earwitness serves the encryption algorithm ${ALGORITHM}, not ${other}.`,
    );
  }
  if (input.Recipient) throw unsupported('encrypt for attested enclaves (Recipient)');
  if (input.DryRunModifiers?.length) throw unsupported('decrypt without a ciphertext (DryRunModifiers)');
}

function unsupported(what: string): ServiceError {
  return new ServiceError('UnsupportedOperationException', `Earwitness does not ${what}.`);
}

/** @throws DryRunOperationException */
function endDryRun({ DryRun: isDry }: Options): void {
  if (!isDry) return;
  throw new ServiceError('DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.');
}
