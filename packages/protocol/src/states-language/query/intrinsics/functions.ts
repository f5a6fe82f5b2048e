// The intrinsic functions by name.
//
// Source: Step Functions developer guide, "Intrinsic functions for JSONPath states in Step Functions".
import { ARRAYS } from './arrays.ts';
import type { Functions } from './function.ts';
import { NUMBERS } from './numbers.ts';
import { TEXTS } from './texts.ts';

export const FUNCTIONS: Functions = { ...ARRAYS, ...NUMBERS, ...TEXTS };
