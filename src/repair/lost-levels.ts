import type { SeenFile, SeenPackage } from "./seen.js";
import { timelines } from "./timeline.js";

/** A file that cannot be taken. */
export interface LostFile {
  readonly id: "lost" | "unreadable" | "order";
  readonly file: string;
  /** A sentence without the file's name and its stop. */
  readonly why: string;
  /** What the film can do without: a level that others have, too, or captions. Undefined: it cannot. */
  readonly spared?: "level" | "captions";
}

/** The files that cannot be taken. After a quick look, fragments out of order may be missing. */
export function lostFiles(seen: SeenPackage): LostFile[] {
  const lost = [...unread(seen), ...outOfOrder(seen)];
  const names = new Set(lost.map(({ file }) => file));
  return lost.map((one) => {
    const spared = sparedIn(one.file, seen, names);
    return { ...one, ...(spared && { spared }) };
  });
}

function unread({ files }: SeenPackage): LostFile[] {
  return files.flatMap((file: SeenFile): LostFile[] => {
    const { name, kind, why = "", tracks } = file;
    if (kind === "lost" || kind === "unreadable")
      return [{ id: kind, file: name, why }];
    const fault = tracks.find((own) => own.doubledFault)?.doubledFault;
    return fault === undefined ? [] : [{ id: "order", file: name, why: fault }];
  });
}

function outOfOrder(seen: SeenPackage): LostFile[] {
  const found: LostFile[] = [];
  for (const { file, begins, isFaulty } of timelines(seen)) {
    const i = begins.findIndex(
      (time, k) => k > 0 && time <= (begins[k - 1] ?? time),
    );
    const why = `has fragment ${i + 1} at ${begins[i]}, and the one before at ${begins[i - 1]}`;
    if (i > 0 && !isFaulty) found.push({ id: "order", file, why });
  }
  return found;
}

/** Does each track of a file have another level elsewhere? */
function sparedIn(
  file: string,
  { tracks }: SeenPackage,
  lost: ReadonlySet<string>,
): LostFile["spared"] {
  const own = tracks.filter(({ src }) => src === file);
  const media = own.filter(({ kind }) => kind !== "textstream");
  const isElsewhere = media.every(({ name }) =>
    tracks.some(
      (other) =>
        other.name.toLowerCase() === name.toLowerCase() && !lost.has(other.src),
    ),
  );
  if (own.length === 0 || !isElsewhere) return undefined;
  return media.length > 0 ? "level" : "captions";
}
