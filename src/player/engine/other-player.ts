/** A player of DASH or HLS, as far as the page beside the main player uses it. */
export interface OtherPlayer {
  /** Its name and version, such as `dash.js 5.2.1`. */
  readonly name: string;
  /** Names of qualities, highest first; -1 leaves the choice to the player. */
  readonly qualities: Choice;
  readonly sounds: Choice;
  /** -1 is none. */
  readonly captions: Choice;
  /** Takes the manifest and begins to load. */
  load(manifest: string): void;
}

/** Something that a viewer chooses among, by its number. */
export interface Choice {
  names(): readonly string[];
  choose(number: number): void;
}

/** What a player tells the page. */
export interface OtherEvents {
  /** The choices are known, or have changed. */
  readonly onChoices: () => void;
  /** It stopped; a sentence. */
  readonly onFailure: (message: string) => void;
}
