/**
 * Makes a one-time admin code on the machine of a server, whether or not it runs: who can open the store may.
 */
import { openStore } from '../runtime/store/open-store.ts';
import { SignIn } from './access/sign-in.ts';

/** The code; any before it is no longer good. */
export async function newAdminCode(dataFolder: string): Promise<string> {
  await using store = await openStore(dataFolder);
  return new SignIn(store.access).anotherCode();
}
