/**
 * Port: the apps whose functions can be called on a server.
 *
 * HostedApps (runtime/deployments) has this shape; tests have a few lines of their own.
 */
import type { EncodedCalls } from '../../protocol/invocation.ts';

export interface ReachableApps {
  /** The app, where it serves now. */
  find(
    environment: string,
    app: string,
  ): { readonly started: { readonly encoded: EncodedCalls } } | undefined;
}
