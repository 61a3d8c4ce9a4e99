/**
 * `dray secret rotate-key`: seals all secrets by a new key.
 */
import { BaseCommand } from '../../cli/base-command.ts';

/** The document of `dray secret rotate-key --json`. */
export interface SecretRotateKeyResult {
  /** Secrets that were sealed anew, of all environments. */
  resealed: number;
  /** Whether the new key is that of DRAY_NEW_SECRET_KEY, and not in the key file. */
  given: boolean;
}

export default class SecretRotateKey extends BaseCommand<SecretRotateKeyResult> {
  static override summary = 'seal all secrets by a new key';
  static override description =
    `Makes a new key, or takes the one that DRAY_NEW_SECRET_KEY holds, and seals the secrets of all
environments by it in one step. Interrupted at any moment, every secret still opens.`;
  static override examples = [
    {
      description: 'change the key that is kept beside the secrets',
      command: '<%= config.bin %> secret rotate-key',
    },
    {
      description: 'change to a key that is kept elsewhere',
      command: 'DRAY_NEW_SECRET_KEY="$(openssl rand -base64 32)" <%= config.bin %> secret rotate-key',
    },
  ];

  async run(): Promise<SecretRotateKeyResult> {
    await this.parse(SecretRotateKey);
    const { givenNewKey, openVault } = await import('../../runtime/secrets/open-vault.ts');
    const newKey = givenNewKey();
    await using opened = await openVault();
    const resealed = await opened.vault.rotateKey(newKey);
    const given = newKey !== undefined;
    this.log(`Sealed ${resealed} ${resealed === 1 ? 'secret' : 'secrets'} by a new key`);
    if (given) this.log('From now on it must be in DRAY_SECRET_KEY');
    return { resealed, given };
  }
}
