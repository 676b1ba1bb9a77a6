import type { AddressBook } from "./address.js";
import { readCombinedLine } from "./combined-line.js";
import { readJsonLine } from "./json-line.js";
import type { LogRequest } from "./log-request.js";

/** A line in any of the formats, which may be mixed in one log; undefined when it is in none. */
export function readLine(
  line: string,
  addresses: AddressBook,
): LogRequest | undefined {
  return line.startsWith("{")
    ? readJsonLine(line, addresses)
    : readCombinedLine(line, addresses);
}
