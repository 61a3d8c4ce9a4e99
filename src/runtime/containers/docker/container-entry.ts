/**
 * The command that a container starts with, so that its program finds the channel where every backend puts it.
 *
 * Docker gives a container three streams. A few lines of shell turn them into the five that the port promises, then
 * become the program: fd 0 is empty, fd 1 goes into a pipe, fd 2 stays Docker's stderr (the last words of a crash are
 * never lost), fd 3 and fd 4 are the channel. What is printed on fd 1 is read from fd 5, whose number DRAY_STDOUT_FD
 * tells: whoever speaks on the channel forwards it there.
 *
 * Invariants
 * - needs a POSIX shell and nothing else, and no right that the image's user lacks
 * - no shell is left running beside the program
 */

/** Environment variable with the number of the fd that holds what was printed on fd 1. */
export const STDOUT_FD_VARIABLE = 'DRAY_STDOUT_FD';
export const STDOUT_FD = 5;

/** What the entry exits with where the image has no such program: not 127, which the engine's init uses too. */
export const PROGRAM_MISSING_CODE = 120;
/** What shells and the engine's init exit with where they cannot run what they were told to. */
export const NOT_RUN_CODE = 127;

/**
 * A here-document is a pipe already (0.2 ms; making a FIFO and removing it again takes 2 ms more). Its one line is
 * read away, and it is opened again through /proc to have a writing end. An old bash makes it a file: then a FIFO.
 * 5 is opened for writing too, so that it never ends, and apart from 1, so that each can block or not as it likes.
 */
const SCRIPT = `exec 3<&0 4>&1 0</dev/null ${STDOUT_FD}<<END

END
if [ -p /proc/self/fd/5 ]
then read -r _ <&5 && exec 5<>/proc/self/fd/5 1>/proc/self/fd/5
else fifo=/dev/shm/.dray-$$ && mkfifo -m 600 "$fifo" && exec 5<>"$fifo" 1>"$fifo" && rm -f "$fifo"
fi || exit 125
command -v "$1" >/dev/null || exit ${PROGRAM_MISSING_CODE}
exec "$@"`;

/** The entry point and arguments that run `command`. */
export function containerEntry(command: readonly string[]): { entrypoint: string[]; command: string[] } {
  return { entrypoint: ['/bin/sh', '-c', SCRIPT, 'sh'], command: [...command] };
}
