// What PublishLayerVersion is given: an archive, a directory of this machine, or an object of a bucket.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { LayerVersionContentInput } from '@earwitness/protocol/internal/aws/models/lambda.types';
import { type Code, parseCode, type RunnableCode } from '../../../functions/code/code.ts';
import { type CodeReader, fetchCode } from '../../../functions/code/fetch-code.ts';
import { ZipError } from '../../../functions/code/unpack.ts';
import { LayerError, type LayerSurvey, surveyLayer } from '../../../functions/layers/survey.ts';

export interface LayerContent extends LayerSurvey {
  readonly code: Code;
}

/** A layer as a function has it. */
export interface UsedLayer extends LayerSurvey {
  readonly arn: string;
  readonly codeSize: number;
  /** Absent: what the layer holds is not on this machine. */
  readonly code?: RunnableCode;
}

/** @throws ServiceError `InvalidParameterValueException`, `RequestEntityTooLargeException` */
export async function readContent(input: LayerVersionContentInput, reader: CodeReader): Promise<LayerContent> {
  const code = await fetchCode(parseCode(input, 'PublishLayerVersion'), reader);
  if (code.kind !== 'zip' && code.kind !== 'directory') return { code, unpackedBytes: 0, extensions: [] };
  try {
    return { code, ...(await surveyLayer(code)) };
  } catch (error) {
    if (!(error instanceof ZipError) && !(error instanceof LayerError)) throw error;
    throw new ServiceError('InvalidParameterValueException', error.message, { cause: error });
  }
}
