/**
 * Where the steps of a plan leave their files, for machines that share nothing else. Whatever appears there is whole:
 * a machine may die at any moment, and two may do the same step.
 */
export interface WorkStore {
  /** The text of a file; undefined when there is none. */
  read(name: string): Promise<string | undefined>;
  /** Writes a text, or replaces it. */
  write(name: string, text: string): Promise<void>;
  /** Brings files into a folder of this machine, under their last names. A name that is there already is left alone. */
  take(names: readonly string[], folder: string): Promise<void>;
  /** Moves files out of a folder of this machine, and forgets the folder. */
  put(folder: string, files: readonly string[], place: string): Promise<void>;
  /** A new folder of this machine for the files of a step. */
  scratch(): Promise<string>;
  /** Removes all whose name begins so. */
  remove(begin: string): Promise<void>;
}
