/**
 * Opens a page in the browser of whoever sits at this terminal, where there is one.
 */

/** Whether it was opened. Never throws: the address was printed anyway. */
export async function openBrowser(url: string, isTTY: boolean): Promise<boolean> {
  if (!isTTY || !hasDisplay()) return false;
  try {
    const { default: open } = await import('open');
    await open(url);
    return true;
  } catch {
    return false;
  }
}

/** Linux and its kin show windows only where a session says so; a shell through ssh has none. */
function hasDisplay(): boolean {
  if (process.env.SSH_CONNECTION) return false;
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}
