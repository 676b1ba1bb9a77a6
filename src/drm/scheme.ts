import type { ContentKey } from "./content-key.js";

/** What a system's header tells its clients beside the key ID. */
export interface HeaderSettings {
  readonly contentKey: ContentKey;
  /** Where licences are asked for: an absolute http or https address. */
  readonly laUrl?: string | undefined;
  /** A page for people who get no licence. */
  readonly luiUrl?: string | undefined;
  /** Domain service: a UUID, or 16 bytes in base64 as the header has them. */
  readonly dsId?: string | undefined;
  /** XML that a licence server is handed with the header; at most 1 KB. */
  readonly customAttributes?: string | undefined;
  /**
   * The whole header instead, in base64, as a CPIX document brings it. Whoever brings
   * it has compared its key ID and checksum with the key.
   */
  readonly headerData?: string | undefined;
}

/** A system of licences: what it needs to find in a protected presentation. */
export interface Scheme {
  /** For people. */
  readonly label: string;
  /** UUID by which a client recognises its system. */
  readonly systemId: string;
  /**
   * What clients hand on to their system, in files and in the client manifest.
   *
   * @throws PackError `usage` for settings that cannot be written
   */
  header(settings: HeaderSettings): Uint8Array;
}
