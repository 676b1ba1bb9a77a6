/**
 * A language tag as ISO 639-2/T, the three letters that Smooth clients expect.
 * Containers carry 639-2/B (Matroska, MPEG-TS), 639-2/T (MP4) or 639-1 tags.
 *
 * @returns `und` for a tag that is missing or unknown
 */
export function toLanguage(tag: string | undefined): string {
  const primary = (tag ?? "").toLowerCase().split(/[-_]/)[0] ?? "";
  if (/^[a-z]{3}$/.test(primary))
    return TERMINOLOGY_CODE.get(primary) ?? primary;
  return THREE_LETTERS.get(primary) ?? "und";
}

/** The twenty languages with a different bibliographic code. ISO 639-2, registration authority's list */
// prettier-ignore
const TERMINOLOGY_CODE = new Map(Object.entries({
  alb: "sqi", arm: "hye", baq: "eus", bur: "mya", chi: "zho", cze: "ces", dut: "nld",
  fre: "fra", geo: "kat", ger: "deu", gre: "ell", ice: "isl", mac: "mkd", mao: "mri",
  may: "msa", per: "fas", rum: "ron", slo: "slk", tib: "bod", wel: "cym",
}));

/** Two-letter tags that occur in files, ISO 639-1. */
// prettier-ignore
const THREE_LETTERS = new Map(Object.entries({
  ar: "ara", bg: "bul", ca: "cat", cs: "ces", cy: "cym", da: "dan", de: "deu", el: "ell",
  en: "eng", es: "spa", et: "est", eu: "eus", fa: "fas", fi: "fin", fr: "fra", ga: "gle",
  he: "heb", hi: "hin", hr: "hrv", hu: "hun", id: "ind", is: "isl", it: "ita", ja: "jpn",
  ko: "kor", lt: "lit", lv: "lav", ms: "msa", nb: "nob", nl: "nld", nn: "nno", no: "nor",
  pl: "pol", pt: "por", ro: "ron", ru: "rus", sk: "slk", sl: "slv", sq: "sqi", sr: "srp",
  sv: "swe", ta: "tam", th: "tha", tr: "tur", uk: "ukr", vi: "vie", zh: "zho",
}));
