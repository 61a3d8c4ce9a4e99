/**
 * Secrets: named sets of environment variables that functions get, and that are in no image, no log and no listing.
 *
 * A secret declares where its values come from. They are read by `dray` when the app is started, in its own process;
 * inside a container nothing is read, so declaring never fails there.
 *
 * Invariants
 * - no value can be seen by printing a secret
 */

/** Where the values of a secret come from. */
export type SecretDeclaration =
  | { readonly kind: 'name'; readonly name: string; readonly requiredKeys: readonly string[] }
  | { readonly kind: 'object'; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'dotenv'; readonly path: string | undefined }
  | { readonly kind: 'local-env'; readonly names: readonly string[] };

/** Registered, so that the loader finds it in secrets that another copy of the SDK made. */
const KEY = Symbol.for('dray.secret');

/** A named set of environment variables. Made by one of the static methods; goes into the option `secrets`. */
export class Secret {
  private constructor(declaration: SecretDeclaration) {
    Object.defineProperty(this, KEY, { value: declaration });
  }

  /**
   * A secret that was stored with `dray secret create`.
   *
   * @param options.requiredKeys variables that it must have; one that it lacks is an error before anything starts
   */
  static fromName(name: string, options: { requiredKeys?: readonly string[] } = {}): Secret {
    return new Secret({ kind: 'name', name, requiredKeys: options.requiredKeys ?? [] });
  }

  /** Values that the program has already. Do not write them into the source: take them from somewhere. */
  static fromObject(values: Readonly<Record<string, string>>): Secret {
    return new Secret({ kind: 'object', values });
  }

  /**
   * The variables of a `.env` file on the machine that starts the app.
   *
   * @param path relative to the folder of the app file. Default: the nearest `.env` in that folder or above it
   */
  static fromDotenv(path?: string): Secret {
    return new Secret({ kind: 'dotenv', path });
  }

  /** Variables of the environment in which `dray` is started. */
  static fromLocalEnv(names: readonly string[]): Secret {
    return new Secret({ kind: 'local-env', names });
  }
}

/** What a secret declares; undefined for anything else. */
export function secretDeclaration(secret: unknown): SecretDeclaration | undefined {
  if (typeof secret !== 'object' || secret === null) return undefined;
  return (secret as { [KEY]?: SecretDeclaration })[KEY];
}
