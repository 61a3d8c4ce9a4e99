/**
 * Any `--key value` pairs, for functions whose schema does not say which flags there are.
 *
 * Pure. Values stay text for the schema to convert; a key alone is true, `--no-key` false, a repeated key a list.
 */
import { UserError } from '../shared/errors.ts';

/** The pairs as one object, keys in camel case. @throws UserError FUNCTION_FLAG_UNEXPECTED */
export function parseFreeFlags(argv: readonly string[], hint: string): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (let index = 0; index < argv.length; index++) {
    const arg = argv[index] as string;
    if (!arg.startsWith('--') || arg === '--') {
      throw new UserError('FUNCTION_FLAG_UNEXPECTED', `unexpected argument ${JSON.stringify(arg)}`, {
        suggestions: [`values follow a flag: --name ${arg}`, hint],
      });
    }
    const equals = arg.indexOf('=');
    const next = argv[index + 1];
    if (equals !== -1) {
      add(given, arg.slice(2, equals), arg.slice(equals + 1));
    } else if (next !== undefined && !next.startsWith('--')) {
      add(given, arg.slice(2), next);
      index++;
    } else if (arg.startsWith('--no-')) {
      add(given, arg.slice('--no-'.length), false);
    } else {
      add(given, arg.slice(2), true);
    }
  }
  return given;
}

function add(given: Record<string, unknown>, flag: string, value: unknown): void {
  const key = flag.replace(/-([a-z0-9])/g, (_, character: string) => character.toUpperCase());
  const before = given[key];
  given[key] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
}
