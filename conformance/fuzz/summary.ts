// The table at the end: what was sent through each door and how it was answered. Fits 80 columns.
import type { AnswerClass } from './judge.ts';

interface Row {
  inputs: number;
  readonly classes: Record<AnswerClass, number>;
  slowestMs: number;
  failures: number;
}

const CLASSES: readonly AnswerClass[] = ['2xx', '3xx', '4xx', 'refused', 'gateway', 'none'];

export class Summary {
  readonly #rows = new Map<string, Row>();

  /** @param ownMs at most that much processor time was the input's own */
  count(door: string, answered: AnswerClass, ownMs: number): void {
    const row = this.#row(door);
    row.inputs++;
    row.classes[answered]++;
    row.slowestMs = Math.max(row.slowestMs, ownMs);
  }

  countFailure(door: string): void {
    this.#row(door).failures++;
  }

  get failures(): number {
    return [...this.#rows.values()].reduce((sum, { failures }) => sum + failures, 0);
  }

  format(): string {
    const rows = [...this.#rows].map(([door, row]) => [door, ...cellsOf(row)]);
    const all = [...this.#rows.values()].reduce(add, emptyRow());
    const table = [['door', 'inputs', ...CLASSES, 'ms', 'failed'], ...rows, ['all', ...cellsOf(all)]];
    const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
    const lines = table.map((cells) =>
      cells
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    );
    return lines.join('\n');
  }

  #row(door: string): Row {
    const known = this.#rows.get(door) ?? emptyRow();
    this.#rows.set(door, known);
    return known;
  }
}

function emptyRow(): Row {
  return {
    inputs: 0,
    classes: { '2xx': 0, '3xx': 0, '4xx': 0, refused: 0, gateway: 0, none: 0 },
    slowestMs: 0,
    failures: 0,
  };
}

function add(sum: Row, row: Row): Row {
  sum.inputs += row.inputs;
  sum.failures += row.failures;
  sum.slowestMs = Math.max(sum.slowestMs, row.slowestMs);
  for (const name of CLASSES) sum.classes[name] += row.classes[name];
  return sum;
}

function cellsOf({ inputs, classes, slowestMs, failures }: Row): string[] {
  return [String(inputs), ...CLASSES.map((name) => String(classes[name])), slowestMs.toFixed(0), String(failures)];
}
