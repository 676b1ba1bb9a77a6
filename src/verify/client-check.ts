import { CLIENTS, type Client } from "../clients/clients.js";
import {
  clientsThatFail,
  type ClientFailure,
} from "../clients/clients-that-fail.js";
import { readTraits } from "../clients/read-traits.js";
import type { Findings } from "./finding.js";
import { isMediaName } from "./media-file.js";

interface Asked {
  readonly clients?: readonly Client[] | undefined;
  readonly isOurs?: boolean | undefined;
  /** Set for a package whose other parts have just been checked. */
  readonly isUntouched?: unknown;
  /** Set by callers that read the same for other reasons. */
  readonly isIndexOnly?: boolean | undefined;
}

/**
 * What clients are known to fail on in a package. A media file alone has no manifest that a client
 * could read, and our own package is not asked about while it is made.
 *
 * @returns undefined when it is not looked at
 */
export async function failuresOf(
  ism: string,
  { clients, isOurs, isUntouched, isIndexOnly }: Asked,
): Promise<ClientFailure[] | undefined> {
  const isPart = isUntouched !== undefined || isIndexOnly === true;
  if (isOurs || isPart || isMediaName(ism)) return undefined;
  return clientsThatFail(await readTraits(ism), clients);
}

/** A fault for each asked client that fails. */
export function checkClients(
  failures: readonly ClientFailure[] | undefined,
  { clients }: Asked,
  file: string,
  findings: Findings,
): void {
  if (clients === undefined) return;
  for (const { rule, client, what, happens, mend, sources } of failures ?? []) {
    const { name } = CLIENTS[client];
    findings.in(file).failure({
      ...{ rule, client, mend, sources },
      message: `${name} ${happens}: ${what}`,
    });
  }
}
