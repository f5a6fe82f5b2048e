// Every field of every state: what its value must be, and which query language has it. What is not here is refused
// with its place. `surface.md` tells which test shows each of them.
//
// Source: Amazon States Language; Step Functions developer guide, "State machine structure" and the pages of the
// states; measured with ValidateStateMachineDefinition, 2026-09-05 (badmintoncryer/cdk-preflight,
// pf-sfn-asl-state-fields: 8 types times 50 fields).
import { isObject } from '../../json.ts';
import { checkBlock } from '../block.ts';
import type { State } from '../definition.ts';
import { fail } from '../place.ts';
import { choiceRules } from './choice-rule.ts';
import { catchers, retriers } from './error-flow.ts';
import { checkMap, itemBatcher, itemReader, label, processorConfig, resultWriter } from './map.ts';
import { both, type Check, type Field, jsonata, jsonPath, required, type Shape } from './shape.ts';
import { checkTask, credentials, resource } from './task.ts';
import {
  assignments,
  expressions,
  orExpression,
  seeing,
  template,
  templateObject,
  templateOrExpressions,
} from './templates.ts';
import {
  anything,
  filled,
  flag,
  float,
  integer,
  nullable,
  oneOf,
  path,
  pathOrCall,
  referencePath,
  resultPath,
  text,
  timestamp,
} from './values.ts';

type Fields = Readonly<Record<string, Field>>;

const LANGUAGE = both(oneOf('JSONPath', 'JSONata'));

const COMMON: Fields = { Type: required(both(text)), Comment: both(text), QueryLanguage: LANGUAGE };

const ONWARD: Fields = { Next: both(text), End: both(flag) };

const IN_AND_OUT: Fields = { InputPath: jsonPath(nullable(path)), OutputPath: jsonPath(nullable(path)) };

const FLOW: Fields = { ...IN_AND_OUT, Assign: both(assignments), Output: jsonata(expressions) };

/** Of a state that has a result of its own. */
const RESULT_FLOW: Fields = {
  ...IN_AND_OUT,
  Assign: both(seeing('result', assignments)),
  Output: jsonata(seeing('result', expressions)),
  ResultPath: jsonPath(nullable(resultPath)),
  ResultSelector: jsonPath(templateObject),
  Retry: both(retriers),
  Catch: both(catchers),
};

/** Source: Step Functions developer guide, "Task workflow state": 99999999 at most. */
const SECONDS = 99_999_999;

const NEXT_OR_END = ['Next', 'End'];

const block: Check = (value, at) => checkBlock(value, { at, shape: BRANCH, states: STATES });
const processor: Check = (value, at) => checkBlock(value, { at, shape: PROCESSOR, states: STATES });

export const STATES: Readonly<Record<State['Type'], Shape>> = {
  Task: {
    fields: {
      ...COMMON,
      ...ONWARD,
      ...RESULT_FLOW,
      Resource: required(both(resource)),
      Parameters: jsonPath(template),
      Arguments: jsonata(expressions),
      Credentials: both(credentials),
      TimeoutSeconds: both(orExpression(integer({ min: 1, max: SECONDS }))),
      TimeoutSecondsPath: jsonPath(referencePath),
      HeartbeatSeconds: both(orExpression(integer({ min: 1, max: SECONDS }))),
      HeartbeatSecondsPath: jsonPath(referencePath),
    },
    exactlyOne: [NEXT_OR_END],
    atMostOne: [
      ['TimeoutSeconds', 'TimeoutSecondsPath'],
      ['HeartbeatSeconds', 'HeartbeatSecondsPath'],
    ],
    also: checkTask,
  },
  Wait: {
    fields: {
      ...COMMON,
      ...ONWARD,
      ...FLOW,
      SecondsPath: jsonPath(referencePath),
      Seconds: both(orExpression(integer({ min: 0, max: SECONDS }))),
      TimestampPath: jsonPath(referencePath),
      Timestamp: both(orExpression(timestamp)),
    },
    exactlyOne: [NEXT_OR_END, ['SecondsPath', 'Seconds', 'TimestampPath', 'Timestamp']],
  },
  Pass: {
    fields: {
      ...COMMON,
      ...ONWARD,
      ...FLOW,
      Parameters: jsonPath(template),
      Result: jsonPath(anything),
      ResultPath: jsonPath(nullable(resultPath)),
    },
    exactlyOne: [NEXT_OR_END],
  },
  Succeed: { fields: { ...COMMON, ...IN_AND_OUT, Output: jsonata(expressions) } },
  Fail: {
    fields: {
      ...COMMON,
      Error: both(orExpression(text)),
      ErrorPath: jsonPath(pathOrCall),
      Cause: both(orExpression(text)),
      CausePath: jsonPath(pathOrCall),
    },
    atMostOne: [
      ['Error', 'ErrorPath'],
      ['Cause', 'CausePath'],
    ],
  },
  Choice: { fields: { ...COMMON, ...FLOW, Choices: required(both(choiceRules)), Default: both(text) } },
  Parallel: {
    fields: {
      ...COMMON,
      ...ONWARD,
      ...RESULT_FLOW,
      Branches: required(both(filled(block))),
      Parameters: jsonPath(template),
      Arguments: jsonata(expressions),
    },
    exactlyOne: [NEXT_OR_END],
  },
  Map: {
    fields: {
      ...COMMON,
      ...ONWARD,
      ...RESULT_FLOW,
      ItemProcessor: both(processor),
      Iterator: both(processor),
      ItemsPath: jsonPath(path),
      Items: jsonata(expressions),
      ItemSelector: both(templateOrExpressions),
      Parameters: jsonPath(template),
      MaxConcurrency: both(orExpression(integer({ min: 0 }))),
      MaxConcurrencyPath: jsonPath(referencePath),
      ItemReader: both(itemReader),
      ItemBatcher: both(itemBatcher),
      ResultWriter: both(resultWriter),
      Label: both(label),
      ToleratedFailureCount: both(orExpression(integer({ min: 0 }))),
      ToleratedFailureCountPath: jsonPath(referencePath),
      ToleratedFailurePercentage: both(orExpression(float({ min: 0, max: 100 }))),
      ToleratedFailurePercentagePath: jsonPath(referencePath),
    },
    exactlyOne: [NEXT_OR_END, ['ItemProcessor', 'Iterator']],
    atMostOne: [
      ['ItemSelector', 'Parameters'],
      ['MaxConcurrency', 'MaxConcurrencyPath'],
      ['ToleratedFailureCount', 'ToleratedFailureCountPath'],
      ['ToleratedFailurePercentage', 'ToleratedFailurePercentagePath'],
    ],
    also: checkMap,
  },
};

const someObject: Check = (value, at) => {
  if (!isObject(value)) fail(at, 'Expected value of type Object');
  else if (Object.keys(value).length === 0) fail(at, 'Value cannot be empty');
};

/** The states themselves are looked at by `block.ts`. Missing fields are told in this order. */
const BLOCK: Fields = { States: required(both(someObject)), StartAt: required(both(text)), Comment: both(text) };

export const MACHINE: Shape = {
  fields: {
    ...BLOCK,
    QueryLanguage: LANGUAGE,
    Version: both(oneOf('1.0')),
    TimeoutSeconds: both(integer({ min: 0, max: SECONDS })),
  },
};

export const BRANCH: Shape = { fields: BLOCK };

export const PROCESSOR: Shape = { fields: { ...BLOCK, ProcessorConfig: both(processorConfig) } };
