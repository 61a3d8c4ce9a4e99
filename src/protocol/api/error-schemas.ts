/**
 * How a server tells that something failed.
 */
import { z } from 'zod';

const described = {
  code: z.string().describe('Stays the same from version to version; see docs/errors.md'),
  message: z.string().describe('One sentence'),
  suggestions: z.array(z.string()).describe('What can be done, most likely first'),
  details: z.string().optional().describe('Lines that belong under the message: the last output of a build'),
};

export const errorDocument = z.object(described).meta({ id: 'Error' });

/** Last line of a stream that failed midway. */
export const streamError = z
  .object({ error: z.object({ ...described, status: z.int().describe('As a reply would have had it') }) })
  .meta({ id: 'StreamError' });

export type ErrorDocument = z.output<typeof errorDocument>;
