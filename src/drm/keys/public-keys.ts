import type { ContentKey } from "../content-key.js";
import { keyOfSeed } from "../key-seed.js";

/**
 * The key seed of Microsoft's test servers, which is printed in their
 * documentation: what is protected with it is open to everybody.
 */
export const PUBLIC_SEED = Buffer.from(
  "XVBovsmzhP9gRIZxWfFta3VVRPzVEWmJsazEJ46I",
  "base64",
);

/** A key that whoever knows its KID can make from the public test seed. */
export function isPublicKey({ kid, key }: ContentKey): boolean {
  return key.export().equals(keyOfSeed(PUBLIC_SEED, kid));
}
