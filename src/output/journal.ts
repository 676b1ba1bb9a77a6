import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { replaceText, syncFile, syncFolder } from "../util/files.js";
import { writing } from "./errors.js";
import type { Job } from "./stamp.js";
import type { WorkFolder } from "./work.js";

/** In the work folder: the steps that are done, and their job. */
export const JOURNAL = "journal.json";

/** The journal as it is written. */
export interface JournalText {
  readonly name: string;
  readonly settings: string;
  readonly ffmpeg: string;
  readonly version: string;
  /** SHA-256 of the source, in hex. */
  readonly source: string;
  readonly steps: readonly DoneStep[];
}

interface DoneStep {
  readonly step: string;
  /** The encoded files that it made. */
  readonly files: readonly KnownFile[];
}

interface KnownFile {
  readonly file: string;
  readonly size: number;
  /** In nanoseconds; text, because JSON has no numbers that large. */
  readonly modified: string;
}

export interface Journal {
  /**
   * Runs a step, unless an earlier run has done it. Steps may run side by side.
   *
   * @param run returns the names of the files that it made
   */
  readonly once: (
    step: string,
    run: () => Promise<readonly string[]>,
  ) => Promise<void>;
  /** Whether a later run could resume from a step. */
  hasSteps(): boolean;
  /** Of all files of steps that are done. */
  bytes(): number;
}

/**
 * The journal of a work folder, with the steps of an earlier run. A step whose files have
 * changed is forgotten, and files that belong to no step are removed.
 */
export async function openJournal(
  work: WorkFolder,
  job: Job,
): Promise<Journal> {
  const old = await readJournal(work.path);
  const steps = await trusted(old?.steps ?? [], work.encoded);
  await removeUnknown(work.encoded, steps);
  const { name, settings, ffmpeg, version, content } = job;
  let written = Promise.resolve();
  const record = async (step: string, files: readonly string[]) => {
    const source = await content?.confirmedHash();
    if (source === undefined) return;
    const done = { step, files: await flushedFiles(work.encoded, files) };
    written = written.then(async () => {
      const all = [...steps, done];
      const text = { name, settings, ffmpeg, version, source, steps: all };
      await replaceText(join(work.path, JOURNAL), JSON.stringify(text));
      steps.push(done);
    });
    await written;
  };
  return {
    hasSteps: () => steps.length > 0,
    bytes: () =>
      steps
        .flatMap(({ files }) => files)
        .reduce((sum, { size }) => sum + size, 0),
    async once(step, run) {
      if (steps.some((done) => done.step === step)) return;
      const files = await run();
      await writing(work.path, () => record(step, files));
    },
  };
}

/** @returns undefined when there is no readable journal */
export async function readJournal(
  work: string,
): Promise<JournalText | undefined> {
  try {
    const text = await readFile(join(work, JOURNAL), "utf8");
    const value: unknown = JSON.parse(text);
    return isJournal(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a journal is of the same job. The source is read only when all else is equal. */
export async function isOfJob(
  journal: JournalText,
  job: Job,
): Promise<boolean> {
  const isAlike = (["name", "settings", "ffmpeg", "version"] as const).every(
    (key) => journal[key] === job[key],
  );
  return isAlike && journal.source === (await job.content?.hash());
}

/**
 * Why a run does not resume from the kept steps of a package, in words; undefined when
 * another package left them.
 */
export function otherJobText(
  journal: JournalText,
  job: Job,
): string | undefined {
  if (journal.name !== job.name) return undefined;
  const { version, ffmpeg, settings } = journal;
  if (version !== job.version)
    return `mss-pack ${version} made them and this is ${job.version}`;
  if (ffmpeg !== job.ffmpeg)
    return `ffmpeg ${ffmpeg} made them and this is ${job.ffmpeg}`;
  return settings === job.settings
    ? "the source differs"
    : "the settings differ";
}

/** The steps whose files are as they were. */
async function trusted(
  steps: readonly DoneStep[],
  folder: string,
): Promise<DoneStep[]> {
  const kept: DoneStep[] = [];
  for (const step of steps) {
    const current = await Promise.all(
      step.files.map(({ file }) =>
        knownFile(folder, file).catch(() => undefined),
      ),
    );
    if (JSON.stringify(current) === JSON.stringify(step.files)) kept.push(step);
  }
  return kept;
}

async function removeUnknown(
  folder: string,
  steps: readonly DoneStep[],
): Promise<void> {
  const names = new Set(
    steps.flatMap(({ files }) => files.map(({ file }) => file)),
  );
  for (const file of await readdir(folder)) {
    if (!names.has(file)) await rm(join(folder, file), { recursive: true });
  }
}

/** Flushes files before the journal lists them: a power cut leaves sizes without bytes. */
async function flushedFiles(
  folder: string,
  names: readonly string[],
): Promise<KnownFile[]> {
  for (const name of names) await syncFile(join(folder, name));
  await syncFolder(folder);
  return Promise.all(names.map((name) => knownFile(folder, name)));
}

async function knownFile(folder: string, file: string): Promise<KnownFile> {
  const { size, mtimeNs } = await stat(join(folder, file), { bigint: true });
  return { file, size: Number(size), modified: String(mtimeNs) };
}

function isJournal(value: unknown): value is JournalText {
  const journal = value as Partial<Record<keyof JournalText, unknown>> | null;
  return (
    typeof journal === "object" &&
    journal !== null &&
    Array.isArray(journal.steps) &&
    journal.steps.every(isStep)
  );
}

function isStep(value: unknown): value is DoneStep {
  const step = value as Partial<DoneStep> | null;
  return (
    typeof step?.step === "string" &&
    Array.isArray(step.files) &&
    step.files.every((file: Partial<KnownFile>) => isPlain(file.file))
  );
}

/** A name that does not lead out of the folder. */
function isPlain(name: unknown): boolean {
  return typeof name === "string" && /^[\w-][\w.-]*$/.test(name);
}
