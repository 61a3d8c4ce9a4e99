/**
 * Turns the secrets that an app declares into references for its manifest, and keeps apart what must not be in it.
 *
 * A stored secret is known by its name. One that the app brings itself gets an id; its declaration, which may hold
 * values, is only reached through `local`.
 *
 * Invariants
 * - a manifest holds no value, and same app, same references
 */
import type { SecretReference } from '../../protocol/manifest.ts';
import { type SecretDeclaration, secretDeclaration } from '../../sdk/secret.ts';
import { checkSecretName } from '../secrets/secret-errors.ts';

/** A declaration that is no name. */
export type LocalSecret = Exclude<SecretDeclaration, { kind: 'name' }>;

/** Collects the secrets of one app. */
export class DescribedSecrets {
  /** What the app brings itself, by the id of its reference. */
  readonly local = new Map<string, LocalSecret>();
  readonly #ids = new Map<LocalSecret, string>();

  /** References of secrets that check-options.ts let pass, in their order. Throws BAD_NAME. */
  describe(secrets: readonly unknown[] = []): SecretReference[] {
    return secrets.map((secret) => {
      const declaration = secretDeclaration(secret) as SecretDeclaration;
      if (declaration.kind !== 'name') return { kind: 'local', id: this.#idOf(declaration) };
      checkSecretName(declaration.name);
      return { kind: 'name', name: declaration.name, requiredKeys: [...declaration.requiredKeys] };
    });
  }

  #idOf(declaration: LocalSecret): string {
    let id = this.#ids.get(declaration);
    if (id === undefined) {
      id = `local-${this.local.size + 1}`;
      this.#ids.set(declaration, id);
      this.local.set(id, declaration);
    }
    return id;
  }
}
