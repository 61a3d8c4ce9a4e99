/**
 * The errors of schedules that a user can meet on a server.
 */
import { RefusedError } from '../../shared/errors.ts';

interface Named {
  readonly app: string;
  readonly functionName: string;
}

/** No deployed function of that name has a schedule; `others` are those that have. */
export function scheduleNotFound({ app, functionName }: Named, others: readonly Named[] = []): RefusedError {
  const known = others.map((each) => `${each.app}::${each.functionName}`);
  return new RefusedError(
    'SCHEDULE_NOT_FOUND',
    `${app}::${functionName} is no deployed function with a schedule`,
    {
      suggestions: [
        known.length === 0
          ? 'see those there are: dray schedule list'
          : `those there are: ${known.join(', ')}`,
        'look in its environment: --env NAME',
      ],
    },
  );
}
