/**
 * Answers that the engine has not acknowledged: they are sent again to the engine that takes this container back.
 *
 * Invariants
 * - nothing is forgotten but by `acknowledge`
 * - while they weigh more than LIMIT_BYTES, `full` says that no call should begin: an engine that is there makes room soon
 */
import type { RunnerMessage } from '../../protocol/runner-messages.ts';
import type { ServedCall } from './served-call.ts';

type Answer = Extract<RunnerMessage, { type: 'succeeded' | 'failed' }>;

interface Kept {
  readonly id: string;
  readonly attempt: number;
  readonly answer: Answer;
}

const LIMIT_BYTES = 134_217_728;

export class KeptAnswers {
  readonly #kept = new Map<number, Kept>();
  #bytes = 0;

  get full(): boolean {
    return this.#bytes > LIMIT_BYTES;
  }

  get all(): Iterable<Kept> {
    return this.#kept.values();
  }

  keep({ id, attempt }: Pick<ServedCall, 'id' | 'attempt'>, answer: Answer): void {
    // A copy: the encoder gives a piece of a buffer, which would be kept whole.
    const own =
      answer.type === 'succeeded'
        ? { ...answer, payload: Uint8Array.from(answer.payload) }
        : { ...answer, error: Uint8Array.from(answer.error) };
    this.#kept.set(answer.call, { id, attempt, answer: own });
    this.#bytes += bytesOf(own);
  }

  acknowledge(calls: readonly number[]): void {
    for (const call of calls) {
      const kept = this.#kept.get(call);
      if (kept === undefined) continue;
      this.#kept.delete(call);
      this.#bytes -= bytesOf(kept.answer);
    }
  }
}

function bytesOf(answer: Answer): number {
  return answer.type === 'succeeded' ? answer.payload.length : answer.error.length;
}
