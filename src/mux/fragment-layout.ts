import type { Codec, SampleFlags } from "../codecs/index.js";

/** How the boxes of a fragment are laid out. */
export interface FragmentLayout {
  /** For people. */
  readonly label: string;
  /** Of trun: 1 has signed composition offsets; in 0 they are unsigned by the letter, and signed to all who read Smooth. */
  readonly trunVersion: 0 | 1;
  /** A tfxd tells each fragment's time. Without it VLC begins every fragment at 0. */
  readonly tfxd: boolean;
  /** A sdtp tells what each sample depends on. */
  readonly sdtp: boolean;
  flags(codec: Codec): SampleFlags;
}

/** The door for a new layout: one row here. docs/format.md tells both byte by byte. */
export const LAYOUTS = {
  /** What plays in every client that was tried. */
  standard: {
    label: "plays everywhere",
    trunVersion: 1,
    tfxd: true,
    sdtp: false,
    flags: (codec) => codec.sampleFlags,
  },
  /** Genuine Microsoft assets, for set-top boxes and players of their time. */
  "expression-encoder": {
    label: "as Expression Encoder wrote it",
    trunVersion: 0,
    tfxd: false,
    sdtp: true,
    flags: (codec) => codec.microsoftFlags,
  },
} as const satisfies Record<string, FragmentLayout>;

export type LayoutName = keyof typeof LAYOUTS;
