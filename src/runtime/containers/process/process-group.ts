/**
 * Ends a process together with the children it started.
 *
 * A child started `detached` leads a group of its own with its pid for a number; Windows has no such thing, there the
 * process alone is ended.
 */

/** Ends the group at once. Returns false where there was nothing to end. */
export function endGroup(pid: number): boolean {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // EPERM: what is left became another user's, or is a zombie (macOS).
    if (code === 'ESRCH' || code === 'EPERM') return false;
    throw error;
  }
}
