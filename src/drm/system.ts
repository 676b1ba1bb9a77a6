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
  /** The whole header instead, in base64, as a CPIX document brings it; for this very key. */
  readonly headerData?: string | undefined;
}

/** What a header of somebody's presentation tells. */
export interface SystemHeader {
  readonly keys: readonly HeaderKey[];
  /** Where licences are asked for. */
  readonly laUrl: string | undefined;
  /** What players of Smooth Streaming cannot do with it. */
  readonly defects: readonly HeaderDefect[];
}

export interface HeaderKey {
  /** 16 bytes in the order in which a UUID is written. */
  readonly kid: Uint8Array;
  /** As {@link System.checksum} makes it; undefined where nothing tells the key from another of the same KID. */
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

/** A system of licences: what it needs to find in a protected presentation. */
export interface System {
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
  /**
   * Reads such a header as a client manifest has it, whoever made it.
   *
   * @param text inner text of a ProtectionHeader element
   * @throws HeaderError
   */
  readHeader(text: string): SystemHeader;
  /** What a header says to tell this key from others: everybody may know it. */
  checksum(contentKey: ContentKey): string;
}

interface SystemFacts {
  /** For people. */
  readonly label: string;
  /** UUID by which a client recognises its system. */
  readonly systemId: string;
}

/**
 * What is known of each system of licences without loading its code, which a
 * command that only names them need not wait for. index.ts has the rest.
 */
export const SYSTEM_FACTS = {
  playready: {
    label: "PlayReady",
    systemId: "9a04f079-9840-4286-ab92-e65be0885f95",
  },
} satisfies Record<string, SystemFacts>;

export type SystemName = keyof typeof SYSTEM_FACTS;

/** Of a command that protects without being told for which system. */
export const DEFAULT_SYSTEM: SystemName = "playready";
