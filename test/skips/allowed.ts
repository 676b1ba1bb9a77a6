/** A test, or a group of tests, that is skipped where everything is installed. */
export interface Skip {
  /** Below the repository. */
  readonly file: string;
  /** The groups that the test is in and its own name, with ` > ` between them; a group stands for all that is in it. */
  readonly name: string;
  readonly reason: string;
}

/** All that `.ci/run` skips as root on Debian. One more, or one less, and it fails. */
export const ALLOWED: readonly Skip[] = [
  {
    file: "test/drm/keys/sources.test.ts",
    name: "what cannot be read > is told with its option: a file that we may not read",
    reason: "root may read every file",
  },
  {
    file: "test/batch/watch/watch.long.test.ts",
    name: "watched once > is ready when the folder was looked at: one that cannot be read is refused before",
    reason: "root may read every folder",
  },
];
