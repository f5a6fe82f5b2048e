// The doors of the AWS protocols: operations of every service, from their models. Of ten inputs two are valid, five are valid but for
// one mutation of their content, two but for one of the request around it, and one is noise.
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import { sqsQueryModel } from '@earwitness/protocol/internal/aws/query/sqs';
import { encodeForm } from '../calls/form.ts';
import { encodeJson } from '../calls/json.ts';
import { mutateRequest } from '../calls/mutate-request.ts';
import { encodeRest } from '../calls/rest.ts';
import { encodeXml } from '../calls/xml.ts';
import { makeInput } from '../content/model-input.ts';
import { mutate } from '../content/mutate.ts';
import { oddText } from '../content/text.ts';
import { type Fields, isFields, type Value } from '../content/value.ts';
import type { HttpInput } from '../input.ts';
import { MODELS } from '../models.ts';
import type { Random } from '../prng.ts';
import type { Door } from './door.ts';

type Encode = (model: ServiceModel, operation: string, input: Fields) => HttpInput;

const { apigateway, apigatewayv2, cloudformation, events, iam, kms, lambda, logs, secretsmanager, sns, sqs, ssm, sts } =
  MODELS;
const { dynamodb, dynamodbstreams, kinesis, pipes, s3, scheduler, stepfunctions } = MODELS;

function awsDoor(
  name: string,
  weight: number,
  { encode, models }: { readonly encode: Encode; readonly models: readonly ServiceModel[] },
): Door {
  return {
    name,
    weight,
    make(random) {
      const model = random.pick(models);
      const operation = random.pick(Object.keys(model.operations));
      const input = makeInput(random, model, operation);
      return mutateCall(random, input, (value) => encode(model, operation, value));
    },
  };
}

/** A call with its mutation, if it has one. */
export function mutateCall(random: Random, input: Fields, encode: (input: Fields) => HttpInput): HttpInput {
  const choice = random.fraction();
  if (choice < 0.2) return encode(input);
  if (choice < 0.7) return encode(fieldsOf(mutate(random, input)));
  if (choice < 0.9) return mutateRequest(random, encode(input));
  return { ...encode(input), body: random.chance(0.5) ? random.bytes(random.whole(0, 400)) : oddText(random) };
}

function fieldsOf(value: Value): Fields {
  return isFields(value) ? value : {};
}

export const jsonDoor = awsDoor('AWS JSON', 24, {
  encode: encodeJson,
  models: [
    ...[events, events, sqs, sqs, secretsmanager, logs, ssm, kms, kinesis, stepfunctions, stepfunctions],
    ...[dynamodb, dynamodb, dynamodbstreams],
  ],
});
export const queryDoor = awsDoor('AWS Query', 14, {
  encode: encodeForm,
  models: [cloudformation, iam, sts, sns, sns, sqsQueryModel(sqs)],
});
export const restDoor = awsDoor('AWS REST-JSON', 16, {
  encode: encodeRest,
  models: [lambda, apigateway, apigatewayv2, scheduler, pipes],
});
export const xmlDoor = awsDoor('AWS REST-XML', 12, { encode: encodeXml, models: [s3] });
