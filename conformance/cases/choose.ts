// Where choices come from: fast-check's random numbers, or any other source of integers.

/** An integer from `min` to `max`, both included. */
export type Choose = (min: number, max: number) => number;

/** One of several values, each as likely. */
export function oneOf<T>(choose: Choose, values: readonly T[]): T {
  return values[choose(0, values.length - 1)] as T;
}
