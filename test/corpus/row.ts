import type { EncodePlan } from "../../src/plan/encode-plan.js";

/** One input of the corpus: how it is made, and what must become of it. */
export interface Row {
  /** Tells the row from its neighbours; a part of the test's name. */
  readonly name: string;
  /** The line of docs/inputs.md that it belongs to. */
  readonly class: string;
  /** Name of the file, with its extension. */
  readonly file: string;
  /** Writes the file, the same bytes on every run as far as encoders do. */
  readonly make: Maker;
  /** More options of the command. */
  readonly options?: readonly string[];
  readonly expected: Package | Refusal;
}

/** @param path where the file is to be written */
export type Maker = (path: string) => Promise<unknown>;

/** The command refuses the input. */
export interface Refusal {
  readonly exitCode: number;
  /** What the sentence must say. */
  readonly says: string | RegExp;
}

/** The command makes a package, and this is what it holds. */
export interface Package {
  /** Of the highest rung, such as `320x180`; missing for sound alone. */
  readonly size?: string;
  /** The constant rate, such as `30000/1001` or `25/1`; left out where any will do. */
  readonly rate?: string | RegExp;
  /** How long, within a frame. */
  readonly seconds: number;
  /** Of the last sound, 2 when left out; 0 for none. */
  readonly channels?: number;
  /** The plan's notes: each is found by one of these, and each of these finds one. */
  readonly notes?: readonly RegExp[];
  readonly checks?: readonly Check[];
}

/** Looks at or listens to a package; throws when it is not what it should be. */
export type Check = (made: MadePackage) => Promise<void> | void;

export interface MadePackage {
  readonly plan: EncodePlan;
  readonly result: ResultLine;
  /** Path of the highest rung. */
  readonly video: string;
  /** Path of the sound; of several the last. */
  readonly audio: string;
  /** Paths of all sounds. */
  readonly sounds: readonly string[];
  /** Of the picture; 0 for sound alone. */
  readonly framesPerSecond: number;
}

/** The last line of `--json`, as docs/json.md describes it. */
export interface ResultLine {
  readonly manifest: string;
  readonly folder: string;
  readonly durationSeconds: number;
  readonly notes: readonly string[];
  readonly tracks: readonly {
    readonly file: string;
    readonly kind: "video" | "audio";
    readonly fragments: number;
    readonly samples: number;
    readonly end: number;
  }[];
  /** With `--salvage`: what could not be decoded. */
  readonly lost?: readonly {
    readonly stream: "video" | "audio";
    readonly fromSeconds: number;
    readonly toSeconds: number;
  }[];
}

export function isRefusal(expected: Package | Refusal): expected is Refusal {
  return "exitCode" in expected;
}
