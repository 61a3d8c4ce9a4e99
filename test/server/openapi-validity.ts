/**
 * Judges an OpenAPI document by the schema that its standard publishes.
 */
import { Validator } from '@seriousme/openapi-schema-validator';

/** What is wrong with it, nothing where it is valid. */
export async function validate(document: object): Promise<unknown[]> {
  const { valid, errors } = await new Validator().validate(
    structuredClone(document) as Record<string, unknown>,
  );
  return valid ? [] : [errors].flat();
}
