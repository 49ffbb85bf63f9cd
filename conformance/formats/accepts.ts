// A quick yes: the test, made from a valibot schema, whether a value read from JSON is just what the schema
// describes. It copies nothing and explains nothing: the schema itself judges what it refuses.
import type * as v from 'valibot';

/** True only for what the schema accepts, and hands on as it is. */
export type Accepts = (value: unknown) => boolean;

type Schema = v.GenericSchema;
type Entries = Readonly<Record<string, Schema>>;

/** The schemas known here. JSON has neither `undefined` nor `NaN`. */
type Known =
  | { readonly type: 'string' | 'number' | 'boolean' }
  | { readonly type: 'literal'; readonly literal: unknown }
  | { readonly type: 'picklist'; readonly options: readonly unknown[] }
  | { readonly type: 'exact_optional'; readonly wrapped: Schema; readonly default: unknown }
  | { readonly type: 'nullable'; readonly wrapped: Schema }
  | { readonly type: 'array'; readonly item: Schema }
  | { readonly type: 'object'; readonly entries: Entries }
  | { readonly type: 'variant'; readonly key: string; readonly options: readonly Variant[] };
type Variant = Schema & { readonly entries: Entries };
type Action =
  | { readonly type: 'integer' }
  | { readonly type: 'min_value'; readonly requirement: number };

/** The test that a schema stands for. A schema of another kind refuses everything. */
export function acceptsOf(schema: Schema): Accepts {
  const { pipe } = schema as { pipe?: readonly [Schema, ...Action[]] };
  if (!pipe) return acceptsKnown(schema as unknown as Known);
  const [base, ...actions] = pipe;
  return actions
    .map(passes)
    .reduce((one, other) => (value) => one(value) && other(value), acceptsOf(base));
}

function passes(action: Action): Accepts {
  switch (action.type) {
    case 'integer':
      return Number.isInteger;
    case 'min_value':
      return (value) => (value as number) >= action.requirement;
    default:
      return () => false;
  }
}

function acceptsKnown(schema: Known): Accepts {
  switch (schema.type) {
    case 'string':
    case 'number':
    case 'boolean':
      return (value) => typeof value === schema.type;
    case 'literal':
      return (value) => value === schema.literal;
    case 'picklist':
      return (value) => schema.options.includes(value);
    case 'exact_optional':
      return acceptsOf(schema.wrapped);
    case 'nullable': {
      const accepts = acceptsOf(schema.wrapped);
      return (value) => value === null || accepts(value);
    }
    case 'array': {
      const accepts = acceptsOf(schema.item);
      return (value) => Array.isArray(value) && value.every(accepts);
    }
    case 'object':
      return acceptsObject(schema.entries);
    case 'variant':
      return acceptsVariant(schema.key, schema.options);
    default:
      return () => false;
  }
}

/** Fields that the schema does not name are refused as well: it leaves them out of its copy. */
function acceptsObject(entries: Entries): Accepts {
  const fields = new Map(
    Object.entries(entries).map(([key, schema]) => [
      key,
      { accepts: acceptsOf(schema), isRequired: isRequired(schema) },
    ]),
  );
  const required = [...fields.values()].filter((field) => field.isRequired).length;
  return (value) => {
    if (value === null || typeof value !== 'object') return false;
    let missing = required;
    for (const key in value) {
      const field = fields.get(key);
      if (!field?.accepts((value as Record<string, unknown>)[key])) return false;
      if (field.isRequired) missing -= 1;
    }
    return missing === 0;
  };
}

/** One with a default is asked for, since the schema would fill it in. */
function isRequired(schema: Schema): boolean {
  const known = schema as unknown as Known;
  return known.type !== 'exact_optional' || known.default !== undefined;
}

function acceptsVariant(key: string, options: readonly Variant[]): Accepts {
  const variants = new Map(
    options.flatMap((option) => {
      const accepts = acceptsOf(option);
      return namesOf(option.entries[key] as unknown as Known).map((name) => [name, accepts]);
    }),
  );
  return (value) => {
    const name = (value as Record<string, unknown> | null)?.[key];
    return variants.get(name)?.(value) ?? false;
  };
}

function namesOf(schema: Known): readonly unknown[] {
  if (schema.type === 'literal') return [schema.literal];
  return schema.type === 'picklist' ? schema.options : [];
}
