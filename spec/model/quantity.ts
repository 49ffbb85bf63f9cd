// Amounts in words, as a person would say them.

/** `1 byte`, `2 bytes`. */
export function asBytes(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`;
}
