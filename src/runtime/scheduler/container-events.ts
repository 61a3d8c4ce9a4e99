/**
 * What the end of a container is called towards people. Pure.
 */
import type { ContainerEvent } from '../../protocol/control-plane.ts';
import type { ContainerSlot, EndReason } from './container-slot.ts';
import type { RunnerEnd } from './ports.ts';

/** Told what becomes of containers. */
export interface ContainerWatch {
  onContainer?(event: ContainerEvent): void;
}

/** The event of a container that is gone. */
export function endedEvent(
  { runner, endedFor }: ContainerSlot,
  functionName: string,
  end: RunnerEnd,
): ContainerEvent {
  return { kind: 'ended', id: runner.id, functionName, reason: endReason(endedFor, end) };
}

const REASONS: Readonly<Record<EndReason, string>> = {
  idle: 'it was idle',
  close: 'its app ended',
  cancel: 'a call in it was cancelled',
  timeout: 'a call in it took longer than timeoutMs',
  blocked: 'a call in it blocked its event loop',
  'startup-timeout': 'it took longer than startupTimeoutMs to start',
  replaced: 'another version of the app took its place',
  stopped: 'somebody stopped it',
};

/** Why it ended: by whom, else how. */
export function endReason(endedFor: EndReason | undefined, end: RunnerEnd): string {
  if (endedFor !== undefined) return REASONS[endedFor];
  switch (end.kind) {
    case 'start-failed':
    case 'start-refused':
      return `it could not start: ${messageOf(end.error)}`;
    case 'lost':
      return end.reason;
    case 'exited':
      return end.outOfMemory ? 'it ran out of memory' : `it exited with code ${end.code}`;
  }
}

function messageOf(error: unknown): string {
  const { message } = (typeof error === 'object' && error !== null ? error : {}) as { message?: unknown };
  return String(message ?? error).split('\n')[0] as string;
}
