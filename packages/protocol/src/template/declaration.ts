// What a template declares, once its structure was checked.
import type { Source } from './source.ts';
import type { Value, ValueMap } from './value.ts';

export interface Template {
  readonly description?: string;
  /** Macros named by `Transform`, in order. */
  readonly transforms: readonly string[];
  readonly metadata?: Value;
  readonly parameters: Readonly<Record<string, ValueMap>>;
  readonly mappings: Readonly<Record<string, Value>>;
  readonly conditions: Readonly<Record<string, Value>>;
  readonly rules: Readonly<Record<string, Value>>;
  readonly resources: Readonly<Record<string, ResourceDeclaration>>;
  readonly outputs: Readonly<Record<string, OutputDeclaration>>;
  readonly source: Source;
}

export interface ResourceDeclaration {
  readonly type: string;
  readonly properties: ValueMap;
  readonly dependsOn: readonly string[];
  readonly condition?: string;
  readonly deletionPolicy?: Value;
  readonly updateReplacePolicy?: Value;
  readonly metadata?: Value;
  /** Where its name stands. */
  readonly line?: number;
  /** Where its `Type` stands. */
  readonly typeLine?: number;
  /** Of properties whose text was read from a file: the file, as the template names it. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface OutputDeclaration {
  readonly value: Value;
  readonly description?: Value;
  readonly exportName?: Value;
  readonly condition?: string;
  readonly line?: number;
}
