/**
 * Notes which app used which image of dray's, and when last, so that what nobody needs any more can be told.
 *
 * A note per image and app, so that two commands at once write two files. What other machines did with the images of a
 * shared Docker host is not known here.
 */
import type { ImageNotes } from './image-notes.ts';

export interface ImageUse {
  readonly reference: string;
  readonly app: string;
  readonly environment: string;
  /** Milliseconds since 1970. */
  readonly usedAt: number;
}

const KIND = 'uses';

/** Notes that an app uses these images now. */
export async function noteUses(
  notes: ImageNotes,
  references: Iterable<string>,
  { app, environment }: Pick<ImageUse, 'app' | 'environment'>,
): Promise<void> {
  const usedAt = Date.now();
  await Promise.all(
    [...new Set(references)]
      .filter((reference) => reference.startsWith('dray.localhost/'))
      .map((reference) => {
        const use: ImageUse = { reference, app, environment, usedAt };
        return notes.write(KIND, keyOf(use), use);
      }),
  );
}

/** All that is noted. */
export function listUses(notes: ImageNotes): Promise<ImageUse[]> {
  return notes.all<ImageUse>(KIND);
}

/** Forgets an image. */
export async function forgetUses(notes: ImageNotes, reference: string): Promise<void> {
  const uses = (await listUses(notes)).filter((use) => use.reference === reference);
  await Promise.all(uses.map((use) => notes.remove(KIND, keyOf(use))));
}

function keyOf({ reference, environment, app }: Omit<ImageUse, 'usedAt'>): string {
  return JSON.stringify([reference, environment, app]);
}
