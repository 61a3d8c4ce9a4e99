/**
 * Calls functions that are deployed on a server of dray, from any program.
 *
 * @example
 * ```ts
 * import { DrayClient } from "dray/client";
 * import type { resize } from "./thumbnails.ts";
 *
 * await using client = new DrayClient();
 * const remote = await client.functions.fromName<typeof resize>("thumbnails", "resize");
 * const thumb = await remote.remote("https://example.com/cat.jpg", 256);
 * ```
 *
 * @module
 */
export { DrayClient, type DrayClientOptions } from './client/dray-client.ts';
