/**
 * The flags by which a command says that images are to be built or fetched although they are there.
 */
import { Flags } from '@oclif/core';
import type { AppRequest } from '../protocol/control-plane.ts';

export const imageFlags = {
  'no-cache': Flags.boolean({ description: 'build the images anew, step by step' }),
  pull: Flags.boolean({ description: 'fetch what the images start from, in case its tags have moved' }),
};

/** As the flags were given. */
export interface ImageFlags {
  'no-cache': boolean;
  pull: boolean;
}

/** What they ask of the control plane. */
export function rebuildOf({ 'no-cache': noCache, pull }: ImageFlags): NonNullable<AppRequest['rebuild']> {
  return { noCache, pull };
}
