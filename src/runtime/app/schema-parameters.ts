/**
 * The parameters that a Standard Schema describes, for functions declared with `input`.
 *
 * The schema speaks of the function's one object argument. Its JSON Schema gives the flags; a schema without
 * one, or of another type than object, takes any `--key value`. Checking values is the schema's own work.
 */
import {
  type FunctionParameters,
  flagName,
  type Parameter,
  type ParameterType,
  type ScalarType,
} from '../../protocol/parameters.ts';
import type { StandardSchema } from '../../sdk/standard-schema.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** The flags of a schema's object. */
export function schemaParameters(schema: StandardSchema): FunctionParameters {
  const json = schema['~standard'].jsonSchema?.input({ target: 'draft-2020-12' });
  if (json === undefined || !isObject(json.properties)) return { style: 'free' };
  const required = Array.isArray(json.required) ? json.required : [];
  return {
    style: 'object',
    ...(typeof json.description === 'string' && { description: json.description }),
    parameters: Object.entries(json.properties).map(([name, property]) =>
      parameter(name, isObject(property) ? property : {}, required.includes(name)),
    ),
  };
}

function parameter(name: string, schema: JsonSchema, required: boolean): Parameter {
  return {
    name,
    flag: flagName(name),
    type: typeOf(schema),
    // Before defaults are filled in, a field with one may be left out, whatever the schema lists as required.
    required: required && schema.default === undefined,
    ...(schema.default !== undefined && { defaultText: JSON.stringify(schema.default) }),
    ...(typeof schema.description === 'string' && { description: schema.description }),
  };
}

function typeOf(schema: JsonSchema): ParameterType {
  if (schema.type !== 'array') return scalarOf(schema);
  const items = isObject(schema.items) ? scalarOf(schema.items) : ({ kind: 'json' } as const);
  return items.kind === 'json' ? items : { kind: 'array', items };
}

function scalarOf(schema: JsonSchema): ScalarType {
  const values = schema.const === undefined ? schema.enum : [schema.const];
  if (Array.isArray(values)) {
    const choices = values.filter((value) => typeof value === 'string' || typeof value === 'number');
    return choices.length === values.length ? { kind: 'choice', choices } : { kind: 'json' };
  }
  switch (schema.type) {
    case 'string':
      return { kind: 'string' };
    case 'number':
      return { kind: 'number' };
    case 'integer':
      return { kind: 'number', integer: true };
    case 'boolean':
      return { kind: 'boolean' };
    default:
      return { kind: 'json' };
  }
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null;
}
