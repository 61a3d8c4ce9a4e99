/**
 * Where payloads are kept: short ones in their record, long ones in files of their own, so that reading records costs
 * little however long what they carry is.
 */
import type { StoredOutcome } from '../store/call-records.ts';

/** Port: content-addressed files. */
export interface PayloadFiles {
  /** Keeps bytes for good; gives their digest. */
  put(bytes: Uint8Array): Promise<string>;
  read(digest: string): Promise<Uint8Array>;
}

/** Above this a payload is a file. */
export const LARGE_PAYLOAD_BYTES = 262_144;

const NOTHING = new Uint8Array();

/** The fields of a record that hold `bytes`. */
export async function storedPayload(
  bytes: Uint8Array,
  files: PayloadFiles | undefined,
): Promise<Pick<StoredOutcome, 'payload' | 'payloadBlob'>> {
  if (files === undefined || bytes.length <= LARGE_PAYLOAD_BYTES) return { payload: bytes };
  return { payload: NOTHING, payloadBlob: await files.put(bytes) };
}

/** The bytes that a record holds, or leads to. */
export async function loadedPayload(
  { payload, payloadBlob }: Pick<StoredOutcome, 'payload' | 'payloadBlob'>,
  files: PayloadFiles | undefined,
): Promise<Uint8Array> {
  if (payloadBlob === undefined) return payload;
  if (files === undefined) throw new Error(`there are no files to read ${payloadBlob} from`);
  return files.read(payloadBlob);
}
