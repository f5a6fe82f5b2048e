// What is wrong with a definition.

/** As ValidateStateMachineDefinition tells it. Source: botocore, ValidateStateMachineDefinitionDiagnostic. */
export interface Problem {
  readonly severity: 'ERROR' | 'WARNING';
  /** `SCHEMA_VALIDATION_FAILED`, `INVALID_JSON_DESCRIPTION`, … */
  readonly code: string;
  /** The service's sentence, without the place. */
  readonly message: string;
  /** JSON pointer: `/States/X/Resource`; `/` for the machine. Left out where the text is no JSON object. */
  readonly location?: string;
  /** Where it stands in the text, counted from 1. */
  readonly line?: number;
  /** What was probably meant. Ours: the service has no such word. */
  readonly mend?: string;
  /** It goes when others are mended. */
  readonly follows?: true;
}
