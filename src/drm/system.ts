import type { ContentKey } from "./content-key.js";

/** The settings in a system's header beside the key ID. */
export interface HeaderSettings {
  readonly contentKey: ContentKey;
  /** Address for licences: absolute, http or https. */
  readonly laUrl?: string | undefined;
  /** A page for people without a licence. */
  readonly luiUrl?: string | undefined;
  /** Domain service: a UUID, or 16 bytes in base64 as in the header. */
  readonly dsId?: string | undefined;
  /** XML that the licence server gets with the header; at most 1 KB. */
  readonly customAttributes?: string | undefined;
  /** A whole header to use instead, in base64, as in a CPIX document; for this very key. */
  readonly headerData?: string | undefined;
}

/** The contents of a presentation's header. */
export interface SystemHeader {
  readonly keys: readonly HeaderKey[];
  /** Address for licences. */
  readonly laUrl: string | undefined;
  /** Why players of Smooth Streaming cannot use it. */
  readonly defects: readonly HeaderDefect[];
}

export interface HeaderKey {
  /** 16 bytes in the order in which a UUID is written. */
  readonly kid: Uint8Array;
  /** Result of {@link System.checksum}; undefined when the header has no checksum. */
  readonly checksum: string | undefined;
  /** `AESCTR` or `AESCBC`; undefined where the header leaves it open. */
  readonly algorithm: string | undefined;
}

export interface HeaderDefect {
  readonly what: string;
  readonly found: string | number;
  readonly expected: string | number;
}

/** Why a header cannot be read, as the end of a sentence about it. */
export class HeaderError extends Error {}

/** A licence system: the data that it needs in a protected presentation. */
export interface System {
  /** Name for people. */
  readonly label: string;
  /** UUID by which a client recognises its system. */
  readonly systemId: string;
  /**
   * The header that clients pass to their system, in files and in the client manifest.
   *
   * @throws PackError `usage` for settings that cannot be written
   */
  header(settings: HeaderSettings): Uint8Array;
  /** The least header: it names the key, whose ID is in the order of a UUID's text. Its clients know who gives it. */
  headerOfKid(kid: Uint8Array): Uint8Array;
  /**
   * Reads a header of any maker from a client manifest.
   *
   * @param text inner text of a ProtectionHeader element
   * @throws HeaderError
   */
  readHeader(text: string): SystemHeader;
  /** The header's value that distinguishes this key from others. It is public. */
  checksum(contentKey: ContentKey): string;
}

interface SystemFacts {
  /** Name for people. */
  readonly label: string;
  /** UUID by which a client recognises its system. */
  readonly systemId: string;
}

/**
 * Facts of each licence system that need none of its code. A command that only names systems
 * does not wait for the code; index.ts loads it.
 */
export const SYSTEM_FACTS = {
  playready: {
    label: "PlayReady",
    systemId: "9a04f079-9840-4286-ab92-e65be0885f95",
  },
} satisfies Record<string, SystemFacts>;

export type SystemName = keyof typeof SYSTEM_FACTS;

/** The system of a command that names none. */
export const DEFAULT_SYSTEM: SystemName = "playready";
