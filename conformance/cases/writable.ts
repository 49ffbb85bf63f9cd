// A record while it is being filled, field by field: on paths that every case takes, optional fields that
// are spread into a literal cost more than the rest of the record.

/** The record with its fields open for writing. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };
