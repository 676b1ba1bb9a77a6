import { rescaleExact, SMOOTH_TIMESCALE } from "../media/time.js";
import { tracksWhere } from "./manifest-mends.js";
import type { MendKind, MendPlace } from "./mend.js";
import type { SeenFile, SeenPackage, SeenTrack } from "./seen.js";
import { announcedOf } from "./timeline.js";

/** What the shape of the files, their indexes and the first fragment of each track show. */
export const MEDIA_MENDS: readonly MendKind[] = [
  {
    id: "plain-mp4",
    wrong: "media are plain MP4s, which only Azure's origin could cut",
    mend: "they are cut into fragments where all rungs have a key frame",
    find: (seen) => ofKind(seen, "plain"),
  },
  {
    id: "fragment-folder",
    wrong: "a track is a folder with a file for each fragment",
    mend: "it becomes one file",
    find: (seen) => ofKind(seen, "folder"),
  },
  {
    id: "several-tracks",
    wrong: "several tracks share a file",
    mend: "each gets a file of its own",
    find: (seen) =>
      filesWhere(seen, ({ trackCount, kind }) =>
        trackCount > 1 && kind === "fragments"
          ? `${trackCount} tracks`
          : undefined,
      ),
  },
  {
    id: "cut-off",
    wrong: "a file is cut off",
    mend: "all tracks end with the last fragment that each of them has whole",
    find: (seen) =>
      filesWhere(seen, ({ cutOffAt }) =>
        cutOffAt === undefined ? undefined : `at byte ${cutOffAt}`,
      ),
  },
  {
    id: "mfra-missing",
    wrong: "a file has no index (mfra)",
    mend: "it gets one",
    find: (seen) =>
      filesWhere(seen, ({ index }) => (index === "none" ? "" : undefined)),
  },
  {
    id: "mfra-wrong",
    wrong: "the index of a file (mfra) is wrong",
    mend: "it is made of the fragments",
    find: (seen) =>
      filesWhere(seen, ({ index, indexFault }) =>
        index === "wrong" ? (indexFault ?? "") : undefined,
      ),
  },
  {
    id: "times-disagree",
    wrong: "the index and the client manifest have other fragments or times",
    mend: "both have those of the fragments",
    find: (seen) => tracksWhere(seen, disagreement),
  },
  {
    id: "tfxd-missing",
    wrong: "fragments do not say when they begin (no tfxd)",
    mend: "each gets a tfxd, by the index or the client manifest",
    find: (seen) =>
      tracksWhere(seen, ({ heads }) => countOf(heads, (one) => !one.hasTfxd)),
  },
  {
    id: "tfxd-short",
    wrong:
      "the times in fragments have 32 bits, which wrap after seven minutes",
    mend: "they get 64 bits",
    find: (seen) =>
      tracksWhere(seen, ({ heads }) => countOf(heads, (one) => one.isShort)),
  },
  {
    id: "time-wrapped",
    wrong: "the times in fragments have begun again at 0 (32 bits)",
    mend: "they go on",
    needsAll: true,
    find: (seen) => tracksWhere(seen, wrapDetail),
  },
  {
    id: "trun-version",
    wrong:
      "negative composition offsets in a trun of version 0, where they have no sign",
    mend: "its version is 1",
    find: (seen) =>
      tracksWhere(seen, ({ heads }) =>
        countOf(heads, (one) => one.trunVersion === 0 && one.leastOffset < 0),
      ),
  },
  {
    id: "cts-offset",
    wrong:
      "pictures are shown later than decoded, unlike in other levels or packages",
    mend: "the first picture is shown when it is decoded, in each level",
    find: (seen) =>
      tracksWhere(seen, ({ heads: [first] }) =>
        first === undefined || first.firstOffset === 0
          ? undefined
          : `by ${first.firstOffset} ticks`,
      ),
  },
  {
    id: "saiz-missing",
    wrong: "encrypted fragments lack saiz and saio, which some players need",
    mend: "they get both",
    find: (seen) =>
      tracksWhere(seen, ({ heads }) => countOf(heads, (one) => one.lacksSaiz)),
  },
];

function ofKind(seen: SeenPackage, kind: SeenFile["kind"]): MendPlace[] {
  return filesWhere(seen, (file) => (file.kind === kind ? "" : undefined));
}

/** Each file for which there are words; the empty text says nothing more than the mend itself. */
function filesWhere(
  { files }: SeenPackage,
  detailOf: (file: SeenFile) => string | undefined,
): MendPlace[] {
  return files.flatMap((file) => {
    const detail = detailOf(file);
    if (detail === undefined) return [];
    return [{ file: file.name, ...(detail !== "" && { detail }) }];
  });
}

/** A quick look has read only the first: then the number says nothing. */
function countOf(
  heads: SeenTrack["heads"],
  isOne: (head: SeenTrack["heads"][number]) => boolean,
): string | undefined {
  const count = heads.filter(isOne).length;
  if (count === 0) return undefined;
  return count === heads.length ? "all" : `${count} of ${heads.length}`;
}

const WRAP = 2n ** 32n;

function wrapDetail({ heads }: SeenTrack): string | undefined {
  const i = heads.findIndex(({ told = 0n }, k) => {
    const before = heads[k - 1]?.told ?? told;
    return told < WRAP && before - told >= WRAP / 2n;
  });
  return i < 0 ? undefined : `at fragment ${i + 1}`;
}

/** Captions of a film may have 100,000 fragments: the first difference is enough. */
function disagreement(
  own: SeenTrack,
  seen: SeenPackage,
  { index, kind }: SeenFile,
): string | undefined {
  const announced = announcedOf(seen, own);
  const isListed = index === "good" && kind === "fragments";
  if (announced === undefined || !isListed) return undefined;
  const { times, timescale = SMOOTH_TIMESCALE } = own;
  const count = announced.begins.length;
  if (times.length !== count)
    return `${times.length} fragments in the index, ${count} in the client manifest`;
  for (const [i, said] of announced.begins.entries()) {
    const time = rescaleExact(times[i] ?? 0n, timescale, SMOOTH_TIMESCALE);
    const off = time < said ? said - time : time - said;
    // No address holds a time before 0: some makers write 0 then.
    if (off > SLACK && !(time < 0n && said === 0n))
      return `fragment ${i + 1} begins at ${time} and at ${said}`;
  }
  return undefined;
}

/** Clocks of a manifest and its file may round otherwise: a tick of 48 kHz. */
const SLACK = 209n;
