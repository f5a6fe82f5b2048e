// The fields that only a Map has: what it goes over, in which way, and where results go.
//
// Source: Step Functions developer guide, "Map state" and the pages of ItemReader, ItemBatcher and ResultWriter;
// measured with ValidateStateMachineDefinition, 2026-09-05 (badmintoncryer/cdk-preflight, pf-sfn-asl-map-distributed)
// and 2026-09-16 (floci-io/floci issue 3733: ranges of Map's numbers).
import { isObject, type Json, type JsonObject } from '../../json.ts';
import { fail, inside, type Place, warn } from '../place.ts';
import { both, type Check, jsonata, jsonPath, object, required, type Shape } from './shape.ts';
import { expressions, orExpression, template, templateOrExpressions } from './templates.ts';
import { filled, integer, oneOf, referencePath, text } from './values.ts';

const MODES = ['INLINE', 'DISTRIBUTED'];

export const PROCESSOR_CONFIG: Shape = {
  fields: { Mode: both(oneOf(...MODES)), ExecutionType: both(oneOf('STANDARD', 'EXPRESS')) },
  also: (config, at) => {
    const isDistributed = config['Mode'] === 'DISTRIBUTED';
    const hasType = Object.hasOwn(config, 'ExecutionType');
    if (isDistributed && !hasType) fail(at, 'These fields are required: [ExecutionType]');
    if (!isDistributed && hasType) fail(at, "Field 'ExecutionType' is not supported");
    if (isDistributed && at.findings.type === 'EXPRESS') {
      fail(
        inside(at, config, 'Mode'),
        "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines",
      );
    }
  },
};

export const processorConfig = object(PROCESSOR_CONFIG);

/** Fields that have no effect on items that are not executions of their own. Refused: nothing is silently ignored. */
const DISTRIBUTED_ONLY = ['ItemReader', 'ItemBatcher', 'ResultWriter', 'Label'];
/** Likewise; taken, because AWS takes them. Source: recorded on AWS: LocalStack, evaluate_jsonata, test_base_map. */
const WITHOUT_EFFECT = [
  ...['ToleratedFailureCount', 'ToleratedFailureCountPath'],
  ...['ToleratedFailurePercentage', 'ToleratedFailurePercentagePath'],
];

/** What depends on several fields of a Map. */
export function checkMap(map: JsonObject, at: Place): void {
  if (modeOf(map) === 'DISTRIBUTED') return;
  for (const name of DISTRIBUTED_ONLY) {
    if (Object.hasOwn(map, name)) fail(at, `Field '${name}' is only supported for a Map in DISTRIBUTED mode`);
  }
  for (const name of WITHOUT_EFFECT) {
    if (Object.hasOwn(map, name)) warn(at, `'${name}' has an effect only on a Map in DISTRIBUTED mode`, 'NO_EFFECT');
  }
}

function modeOf(map: JsonObject): Json | undefined {
  const processor = map['ItemProcessor'] ?? map['Iterator'];
  const config = isObject(processor) ? processor['ProcessorConfig'] : undefined;
  return isObject(config) ? config['Mode'] : undefined;
}

/** Source: Step Functions developer guide, "Map state": at most 40 signs. The rest of the sentence is ours. */
const LABEL_MAX = 40;

export const label: Check = (value, at) => {
  if (typeof value !== 'string') return fail(at, 'Expected value of type String');
  const { labels } = at.findings;
  if (value.length > LABEL_MAX) {
    fail(at, `Label '${value}' exceeds the 40-character limit allowed by the service`, 'INVALID_LABEL_NAME');
  }
  // Source: Step Functions API reference, StateMachine names: the same signs as there.
  if (/[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u.test(value) || value === '') {
    fail(at, `Label '${value}' contains invalid characters`, 'INVALID_LABEL_NAME');
  }
  if (labels.has(value)) fail(at, `Duplicate Label name: ${value}`, 'DUPLICATE_LABEL_NAME');
  labels.add(value);
};

const READING = /^arn:[^:]+:states:::s3:(getObject|listObjectsV2)$/;
const WRITING = /^arn:[^:]+:states:::s3:putObject$/;

function resourceLike(form: RegExp): Check {
  return (value, at) => {
    if (typeof value === 'string' && form.test(value)) return;
    fail(at, "The field 'Resource' does not match any of the allowed values");
  };
}

export const READER_CONFIG: Shape = {
  fields: {
    InputType: both(oneOf('CSV', 'JSON', 'JSONL', 'PARQUET', 'MANIFEST')),
    Transformation: both(oneOf('NONE', 'LOAD_AND_FLATTEN')),
    ManifestType: both(oneOf('ATHENA_DATA', 'S3_INVENTORY')),
    CSVHeaderLocation: both(oneOf('FIRST_ROW', 'GIVEN')),
    CSVHeaders: both(filled(text)),
    CSVDelimiter: both(oneOf('COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB')),
    ItemsPointer: both(text),
    MaxItems: both(orExpression(integer({ min: 0, max: 100_000_000 }))),
    MaxItemsPath: jsonPath(referencePath),
  },
  atMostOne: [['MaxItems', 'MaxItemsPath']],
  also: (config, at) => {
    const has = (name: string) => Object.hasOwn(config, name);
    const isCsv = config['InputType'] === 'CSV';
    if (isCsv && !has('CSVHeaderLocation')) fail(at, "The field 'CSVHeaderLocation' is required");
    if (config['CSVHeaderLocation'] === 'GIVEN' && !has('CSVHeaders')) {
      fail(at, 'These fields are required: [CSVHeaders]');
    }
    for (const name of ['CSVHeaderLocation', 'CSVHeaders', 'CSVDelimiter']) {
      if (!isCsv && has('InputType') && has(name)) fail(at, `Field '${name}' is not supported`);
    }
  },
};

export const READER: Shape = {
  fields: {
    Resource: required(both(resourceLike(READING))),
    Parameters: jsonPath(template),
    Arguments: jsonata(expressions),
    ReaderConfig: both(object(READER_CONFIG)),
  },
};

export const BATCHER: Shape = {
  fields: {
    MaxItemsPerBatch: both(orExpression(integer({ min: 0 }))),
    MaxItemsPerBatchPath: jsonPath(referencePath),
    MaxInputBytesPerBatch: both(orExpression(integer({ min: 0, max: 262_144 }))),
    MaxInputBytesPerBatchPath: jsonPath(referencePath),
    BatchInput: both(templateOrExpressions),
  },
  atMostOne: [
    ['MaxItemsPerBatch', 'MaxItemsPerBatchPath'],
    ['MaxInputBytesPerBatch', 'MaxInputBytesPerBatchPath'],
  ],
};

export const WRITER_CONFIG: Shape = {
  fields: {
    Transformation: both(oneOf('NONE', 'COMPACT', 'FLATTEN')),
    OutputType: both(oneOf('JSON', 'JSONL')),
  },
};

export const WRITER: Shape = {
  fields: {
    Resource: both(resourceLike(WRITING)),
    Parameters: jsonPath(template),
    Arguments: jsonata(expressions),
    WriterConfig: both(object(WRITER_CONFIG)),
  },
};

export const itemReader = object(READER);
export const itemBatcher = object(BATCHER);
export const resultWriter = object(WRITER);
