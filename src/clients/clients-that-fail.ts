import { CLIENT_NAMES, type Client } from "./clients.js";
import type { KnownFailure } from "./known-failure.js";
import { LEVEL_FAILURES } from "./level-failures.js";
import { MANIFEST_FAILURES } from "./manifest-failures.js";
import { MEDIA_FAILURES } from "./media-failures.js";
import type { PackageTraits } from "./traits.js";

/** All that clients are known to fail on. To add a row: see README.md. */
export const KNOWN_FAILURES: readonly KnownFailure[] = [
  ...MANIFEST_FAILURES,
  ...LEVEL_FAILURES,
  ...MEDIA_FAILURES,
];

/** A client, and what it is known to fail on in a package. */
export interface ClientFailure extends Pick<KnownFailure, "rule" | "what"> {
  readonly client: Client;
  /** What happens; half a sentence. */
  readonly happens: string;
  readonly mend: string;
  readonly sources: readonly string[];
}

/** The rows of the table that a package shows. */
export function failuresIn(traits: PackageTraits): KnownFailure[] {
  return KNOWN_FAILURES.filter(({ isIn }) => isIn(traits));
}

/**
 * What clients are known to fail on in a package. A client that is not named plays it, as far as
 * is known.
 */
export function clientsThatFail(
  traits: PackageTraits,
  clients: readonly Client[] = CLIENT_NAMES,
): ClientFailure[] {
  return failuresIn(traits).flatMap(({ rule, what, fails, mend, sources }) =>
    clients.flatMap((client) => {
      const happens = fails[client];
      if (happens === undefined) return [];
      return [{ rule, client, what, happens, mend, sources }];
    }),
  );
}
