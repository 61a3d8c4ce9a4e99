/**
 * Where dray's own SDK is: beside this file, as source in the repository and as JavaScript when installed.
 *
 * It is what `import "dray"` means for user code whose folder has no dray installed, and always in a bundle.
 */
import { extname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** URL of the SDK's public door. */
export const sdkUrl: string = new URL(`../../index${extname(import.meta.url)}`, import.meta.url).href;

/** Path of the same file. */
export const sdkPath: string = fileURLToPath(sdkUrl);

/** Whether a file is part of dray's own SDK (or of what it imports), and so no file of the user's. */
export function isSdkFile(file: string): boolean {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  return file === sdkPath || ['sdk', 'shared'].some((folder) => file.startsWith(`${root}${folder}${sep}`));
}

/** The name by which user code imports the SDK. */
export const SDK_PACKAGE = 'dray';
