import {
  piffPssh,
  piffSenc,
  piffTenc,
  pssh,
  senc,
  tenc,
  type SencFields,
} from "../isobmff/boxes/protection.js";

/** The box names that a file uses for its protection. */
export interface BoxNames {
  /** In schm, with its version. */
  readonly scheme: string;
  readonly version: number;
  /** @param ivSize in bytes; default 8 */
  tenc(kid: Uint8Array, ivSize?: number): Uint8Array;
  pssh(systemId: string, data: Uint8Array): Uint8Array;
  senc(fields: SencFields): Uint8Array;
  /** The fields of the senc before its first row. */
  readonly sencHead: number;
}

/** Both styles encrypt the same bytes; docs/drm.md lists the players of each. */
export const BOX_STYLES = {
  piff: {
    ...{ scheme: "piff", version: 0x00010001 },
    ...{ tenc: piffTenc, pssh: piffPssh, senc: piffSenc, sencHead: 32 },
  },
  cenc: {
    ...{ scheme: "cenc", version: 0x00010000 },
    ...{ tenc, pssh, senc, sencHead: 16 },
  },
} as const satisfies Record<string, BoxNames>;

export type BoxStyle = keyof typeof BOX_STYLES;
