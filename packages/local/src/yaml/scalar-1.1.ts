// What a scalar says by YAML 1.1 as PyYAML reads it, by which the tools of CloudFormation and SAM read templates:
// `yes` is true, `0644` is 420, `1_000` is a thousand, `10:30` is 630 (sixties), and `1e3` is a text. A date stays the
// text that it is, which CloudFormation takes (`Version: 2012-10-17`). Sources: PyYAML, resolver.py (implicit
// resolvers); CloudFormation user guide, "Template formats" (YAML 1.1, without timestamps).
import type { ScalarNode } from './node.ts';

const BOOLEAN = /^(?:(yes|Yes|YES|true|True|TRUE|on|On|ON)|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const NULL = /^(?:~|null|Null|NULL|)$/;
const INTEGER = /^([-+]?)(?:0b([01_]+)|0x([0-9a-fA-F_]+)|0([0-7_]+)|(0|[1-9][0-9_]*)|([1-9][0-9_]*(?::[0-5]?[0-9])+))$/;
const FLOAT = /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)$/;

/** A number keeps its text where JavaScript would write another one, and where it has too many digits to be exact. */
export interface WrittenNumber {
  readonly number: number;
  /** As templates hand it on. */
  readonly text: string;
}

export type Scalar = string | boolean | null | WrittenNumber;

export function scalarByYaml11({ text, isPlain, tag }: ScalarNode): Scalar {
  const asked = tag?.startsWith('!!') ? tag : undefined;
  const mayBe = (name: string) => (tag === undefined ? isPlain : asked === name);
  if (mayBe('!!null') && NULL.test(text)) return null;
  if (mayBe('!!bool')) {
    const [whole, yes] = BOOLEAN.exec(text) ?? [];
    if (whole !== undefined) return yes !== undefined;
  }
  if (mayBe('!!int')) {
    const integer = readInteger(text);
    if (integer !== undefined) return { number: Number(integer), text: `${integer}` };
  }
  if (mayBe('!!float') && FLOAT.test(text)) return { number: Number(text.replaceAll('_', '')), text };
  return text;
}

function readInteger(text: string): bigint | undefined {
  const [whole, sign, binary, hexadecimal, octal, decimal, sixties] = INTEGER.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = (written: string) => written.replaceAll('_', '') || '0';
  const value =
    binary !== undefined
      ? BigInt(`0b${digits(binary)}`)
      : hexadecimal !== undefined
        ? BigInt(`0x${digits(hexadecimal)}`)
        : octal !== undefined
          ? BigInt(`0o${digits(octal)}`)
          : sixties !== undefined
            ? inSixties(digits(sixties))
            : BigInt(digits(decimal ?? '0'));
  return sign === '-' ? -value : value;
}

/** `1:30` is 90. */
function inSixties(text: string): bigint {
  return text.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n);
}
