/**
 * Boxes of movies whose fields are read; other boxes are only named. A new name must have a
 * byte for every row that it counts: mp4box's keys, iloc and sgpd do not, and fill the memory.
 */
// prettier-ignore
export const READ = new Set([
  "ftyp", "styp", "mvhd", "tkhd", "mdhd", "hdlr", "vmhd", "smhd", "nmhd", "sthd", "elst", "elng",
  "url ", "urn ", "dref", "stsd", "stts", "ctts", "cslg", "stsc", "stsz", "stco", "co64",
  "stss", "stsh", "sdtp", "padb", "stdp", "subs", "sbgp", "saiz", "saio", "senc", "mehd", "trex",
  "mfhd", "tfhd", "tfdt", "trun", "tfra", "mfro", "sidx", "prft", "emsg", "pssh", "tenc",
  "schm", "frma", "avcC", "hvcC", "av1C", "vpcC", "esds", "dac3", "dec3", "dOps", "btrt", "pasp",
  "clap", "colr", "fiel", "mdcv", "clli", "iods", "cprt", "kind", "tsel", "clef", "prof", "enof",
]);

/**
 * Descriptive boxes that no reader here uses. Phones and editors write some of them too short,
 * and the film still works. All other boxes must be whole.
 */
// prettier-ignore
export const UNNEEDED: ReadonlySet<string> = new Set([
  "vmhd", "smhd", "nmhd", "sthd", "elng", "url ", "urn ", "cslg", "stsh", "sdtp", "padb", "stdp",
  "subs", "sbgp", "prft", "emsg", "sidx", "btrt", "pasp", "clap", "colr", "fiel", "mdcv", "clli",
  "iods", "cprt", "kind", "tsel", "clef", "prof", "enof",
]);

/** Containers that no reader here uses: descriptions, and QuickTime's headers of them. */
export const UNNEEDED_CONTAINERS: ReadonlySet<string> = new Set([
  ...["udta", "meta", "tref", "tapt", "gmhd"],
]);

/** Rows that no reader of a finished film uses; as lists of numbers they would fill the memory. */
export const UNASKED: readonly string[] = [
  ...["elst", "stsh", "sdtp", "padb", "stdp", "subs", "sbgp", "saiz", "saio"],
  ...["senc", "sidx", "emsg", "pssh"],
];

/** Smooth's own: tfxd, tfrf, and the encryption boxes of PIFF. MS-SSTR 2.2.4, PIFF 1.1 5.3 */
export const READ_UUIDS = new Set([
  "6d1d9b0542d544e680e2141daff757b2",
  "d4807ef2ca3946958e5426cb9e46a79f",
  "d08a4f1810f34a82b6c832d8aba183d3",
  "a2394f525a9b4f14a2446c427c648df4",
  "8974dbce7be74c5184f97148f9882554",
]);
