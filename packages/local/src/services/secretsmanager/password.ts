// Random passwords, as GetRandomPassword and GenerateSecretString make them.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { GetRandomPasswordRequest } from '@earwitness/protocol/internal/aws/models/secretsmanager.types';
import type { Ids } from '../../ids.ts';

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const NUMBERS = '0123456789';
/** Source: Secrets Manager API reference, GetRandomPassword, ExcludePunctuation. */
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/**
 * @throws InvalidParameterException when too much is excluded or the length leaves no room for each kind of character.
 */
export function makePassword(options: GetRandomPasswordRequest, ids: Ids): string {
  const {
    PasswordLength: length = 32,
    RequireEachIncludedType: eachKind = true,
    ExcludeCharacters: excluded = '',
  } = options;
  const kinds = [
    options.ExcludeUppercase ? '' : UPPER,
    options.ExcludeLowercase ? '' : LOWER,
    options.ExcludeNumbers ? '' : NUMBERS,
    options.ExcludePunctuation ? '' : PUNCTUATION,
    options.IncludeSpace ? ' ' : '',
  ].map((kind) => [...kind].filter((character) => !excluded.includes(character)));
  const included = kinds.filter((kind) => kind.length > 0);
  const all = included.flat();
  if (all.length === 0) throw refuse("The password can't be made: every character is excluded.");
  if (eachKind && length < included.length) {
    throw refuse('The password length is too short based on the required types.');
  }
  const required = eachKind ? included.map((kind) => pick(kind, ids)) : [];
  const rest = Array.from({ length: length - required.length }, () => pick(all, ids));
  return shuffle([...required, ...rest], ids).join('');
}

function refuse(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message);
}

// Eight letters and digits are 41 bits: the bias of the remainder is far below one in a million.
function below(limit: number, ids: Ids): number {
  return Number.parseInt(ids.word(8), 36) % limit;
}

function pick(characters: readonly string[], ids: Ids): string {
  return characters[below(characters.length, ids)] ?? '';
}

function shuffle(characters: string[], ids: Ids): string[] {
  const shuffled: string[] = [];
  while (characters.length > 0) shuffled.push(...characters.splice(below(characters.length, ids), 1));
  return shuffled;
}
