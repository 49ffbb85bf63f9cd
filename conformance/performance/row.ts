// One line of the bench: a figure, measured in several rounds, and how far the rounds lie apart.

/** A figure and its spread. */
export interface Row {
  readonly name: string;
  /** `/s`, `ms`, `MB`, or `ratio`: of two figures of the same round. */
  readonly unit: '/s' | 'ms' | 'MB' | 'ratio';
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly rounds: number;
}

/** What one topic measures. */
export interface Section {
  readonly title: string;
  readonly measure: () => Promise<Row[]>;
}

/** A row from the values of all rounds. */
export function rowOf(name: string, unit: Row['unit'], values: readonly number[]): Row {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (place: number) => sorted[place] ?? Number.NaN;
  const median = at(Math.floor(sorted.length / 2));
  return { name, unit, min: at(0), median, max: at(sorted.length - 1), rounds: sorted.length };
}

/** The row that divides one measurement by another, round by round, so that a busy machine slows both. */
export function ratioOf(name: string, over: readonly number[], under: readonly number[]): Row {
  const ratios = over.map((value, at) => value / (under[at] ?? Number.NaN));
  return rowOf(name, 'ratio', ratios);
}

/** The row as a line of text. */
export function rowText({ name, unit, min, median, max }: Row): string {
  const digits = unit === 'ratio' ? 2 : unit === '/s' ? 0 : 1;
  const [least, middle, most] = [min, median, max].map((value) =>
    value.toFixed(digits).padStart(10),
  );
  return `  ${name.padEnd(46)}${middle} ${unit.padEnd(5)} (min${least}, max${most})`;
}
