import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fixture } from "../support/fixtures.js";
import { mutateBoxes } from "./mutate-boxes.js";
import { mutateText } from "./mutate-text.js";
import { Random } from "./random.js";

/** A file that one reader is to face. */
export interface Mutant {
  /** Which file was damaged: of the package, an encoded piece, or a film. */
  readonly file: string;
  readonly bytes: Buffer;
}

/** The right files that mutants are made from. */
export class Seeds {
  readonly #files: ReadonlyMap<string, Buffer>;

  /**
   * @param folder a right package
   * @param turns which files are damaged; default: all, those of the package most often
   */
  constructor(
    folder: string,
    private readonly turns: readonly string[] = TURNS,
  ) {
    this.#files = new Map([
      ...PACKAGE_FILES.map((name) => seed(name, join(folder, name))),
      ...[...PIECES, ...FILMS].map((name) => seed(name, fixture(name))),
    ]);
  }

  /** The mutant of that number in the run of that seed; always the same. */
  mutant(runSeed: number, number: number): Mutant {
    const random = new Random(runSeed, number);
    const file = random.pick(this.turns);
    const right = this.right(file);
    const isText = /\.ismc?$/.test(file);
    const bytes = isText
      ? mutateText(right, random)
      : mutateBoxes(right, random);
    return { file, bytes };
  }

  right(file: string): Buffer {
    const bytes = this.#files.get(file);
    if (bytes === undefined) throw new Error(`no seed ${file}`);
    return bytes;
  }
}

const VIDEO = "clip_25.ismv";
const AUDIO = "clip_eng_48.isma";
const PACKAGE_FILES = [VIDEO, AUDIO, "clip.ism", "clip.ismc"] as const;

/** Encoded pieces, as mux reads them. */
export const PIECES = ["video-1.mp4", "audio.mp4"] as const;

/** Finished films, as `mss-pack mux` reads them. */
export const FILMS = ["film.mp4", "fragments.mp4"] as const;

/** How often each file of the package is damaged. */
export const PACKAGE_TURNS: readonly string[] = [
  ...[VIDEO, VIDEO, VIDEO, AUDIO, AUDIO],
  ...["clip.ism", "clip.ismc", "clip.ismc"],
];

/** How often each is damaged. */
const TURNS: readonly string[] = [
  ...PACKAGE_TURNS,
  ...["video-1.mp4", "video-1.mp4", "audio.mp4"],
  ...["film.mp4", "fragments.mp4", "fragments.mp4"],
];

function seed(name: string, path: string): readonly [string, Buffer] {
  return [name, readFileSync(path)];
}
