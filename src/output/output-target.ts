import type { Store } from "../store/store.js";
import type { Journal } from "./journal.js";
import type { PublishOptions } from "./publish.js";
import type { Job } from "./stamp.js";

/** A package to make, and its place. */
export interface OutputTarget {
  /** Absolute, and made when it is missing; or an address of a store. */
  readonly folder: string;
  /** Of a folder in a store. */
  readonly store: Store;
  /** Called while a package goes to a store, with the done share, 0 to 1. */
  readonly onUpload?: ((fraction: number) => void) | undefined;
  /** Names in the package; the last one makes it visible (the .ism). */
  readonly files: readonly string[];
  /** Replace a package of the same name. */
  readonly overwrite: boolean;
  /** Files of the package of the same name that stay as they are. Default: none. */
  readonly kept?: readonly string[] | undefined;
  /** Keep finished steps when the work fails, and resume from kept ones. */
  readonly resume: boolean;
  /**
   * No step is kept or written down. The next run clears the steps that it finds, of all
   * packages.
   */
  readonly isSecret: boolean;
  /** How the existing package differs, when it was compared. */
  readonly difference: string | undefined;
  /** Refuse to begin when the disk has less room than this. */
  readonly neededBytes: number;
  /** Absolute paths of the files that are packaged: never replaced. */
  readonly sources: readonly string[];
  readonly job: Job;
  /** Called when the package is complete, just before it becomes visible; see {@link publish}. */
  readonly prepare?: PublishOptions["prepare"];
  readonly signal: AbortSignal | undefined;
}

/**
 * A hidden place to build a package in, beside its final place, so that a half-written
 * package is never taken for a whole one.
 */
export interface OutputFolder {
  /** Where the files are written. */
  readonly work: string;
  /** Where encoded files are written; it may hold files of finished steps. */
  readonly encoded: string;
  /** Where the package will stand. */
  readonly target: string;
  /** Fires with the caller's signal, and when the folder is taken away. */
  readonly signal: AbortSignal;
  readonly once: Journal["once"];
  /** Facts about the files found there, for a person. */
  readonly notes: readonly string[];
}
