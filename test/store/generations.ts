/**
 * Secrets whose content tells which generation of them it is, so that a torn or a lost one shows. Pure.
 */
import type { NewSecret, SecretRecord } from '../../src/runtime/store/store.ts';

/** The record of a name in its `number`th generation. */
export function generation(name: string, number: number): NewSecret {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(0, number);
  // Of another length each time, and over more than one page now and then.
  const ciphertext = Buffer.alloc(50 + ((number * 977) % 6000), `${name}:${number};`);
  return {
    ...{ environment: 'main', name, keys: [`G${number}`], at: number },
    seal: () => ({ keyId: 'k', nonce, ciphertext: new Uint8Array(ciphertext) }),
  };
}

/** The generation of a record. Throws where it is not wholly of one. */
export function generationOf(record: SecretRecord): number {
  const number = record.updatedAt;
  const { keys, seal } = generation(record.name, number);
  const sealed = seal(undefined);
  const isWhole =
    record.keys[0] === keys[0] &&
    Buffer.from(sealed.nonce).equals(record.sealed.nonce) &&
    Buffer.from(sealed.ciphertext).equals(record.sealed.ciphertext);
  if (!isWhole) throw new Error(`${record.name} is torn: it is not its generation ${number}`);
  return number;
}
