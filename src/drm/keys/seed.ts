import { PackError } from "../../errors.js";
import { parseBase64 } from "../base64.js";
import { weakness } from "../content-key.js";
import { keyFound } from "./key-text.js";

/** So much of a seed counts; a shorter one is none. */
const SEED_BYTES = 30;

/**
 * The key seed of a licence server, in base64 as it tells it.
 *
 * @param where it comes from, for messages
 * @throws PackError `input` for what is none, or could be guessed
 */
export function parseSeed(text: string, where: string): Buffer {
  if (/^\s*[0-9a-f]{60,}\s*$/i.test(text))
    throw wrong(where, "hexadecimal digits");
  const bytes = parseBase64(text);
  if (bytes === undefined) throw wrong(where, keyFound(text));
  if (bytes.length < SEED_BYTES) throw wrong(where, `${bytes.length} bytes`);
  const fault = weakness(bytes.subarray(0, SEED_BYTES));
  if (fault === undefined) return bytes;
  throw new PackError(
    "input",
    `${where}: the key seed ${fault}. Expected random bytes.`,
  );
}

function wrong(where: string, found: string): PackError {
  return new PackError(
    "input",
    `${where}: has ${found}. Expected a key seed of at least ${SEED_BYTES} bytes in base64, as a licence server tells it.`,
  );
}
