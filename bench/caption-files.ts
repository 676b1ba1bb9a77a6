import { writeFileSync } from "node:fs";
import { join } from "node:path";

const HOURS = 3;
const CUES = 2000;

/** One file of each form in turn, each of a film of three hours with 2,000 cues. */
export function writeCaptionFiles(folder: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const form = FORMS[i % FORMS.length] ?? FORMS[0];
    const path = join(folder, `film-${i}.${form.extension}`);
    writeFileSync(path, form.write(i));
    return path;
  });
}

const EVERY = (HOURS * 3600) / CUES;

const WORDS = "It was a dark and stormy night; the rain fell in torrents".split(
  " ",
);

/** Two lines, now and then with italics; the same every time. */
function textOf(file: number, cue: number, [open, close]: [string, string]) {
  const word = (i: number) => WORDS[(file + cue * 7 + i) % WORDS.length];
  const line = (from: number) =>
    Array.from({ length: 6 }, (_, i) => word(from + i)).join(" ");
  return cue % 5 === 0
    ? [`${open}${line(0)}${close}`, line(6)]
    : [line(0), line(6)];
}

function clock(seconds: number, point: string): string {
  const ms = Math.round(seconds * 1000);
  const part = (unit: number, base: number) =>
    String(Math.floor(ms / unit) % base).padStart(2, "0");
  const fraction = String(ms % 1000).padStart(3, "0");
  return `${part(3_600_000, 100)}:${part(60_000, 60)}:${part(1000, 60)}${point}${fraction}`;
}

function cues(write: (i: number, begin: number, end: number) => string) {
  return Array.from({ length: CUES }, (_, i) =>
    write(i, i * EVERY, i * EVERY + 3.2),
  ).join("");
}

const ITALICS: [string, string] = ["<i>", "</i>"];
const TTML_ITALICS: [string, string] = [
  '<span tts:fontStyle="italic">',
  "</span>",
];

/** Pop-on: load, two rows, show. Letters have odd parity. */
function sccWords(lines: readonly string[]): string {
  const odd = (code: number) => {
    const ones = code.toString(2).replaceAll("0", "").length;
    return (ones % 2 === 0 ? code | 0x80 : code).toString(16).padStart(2, "0");
  };
  const letters = (text: string) =>
    (text.length % 2 === 0 ? text : `${text} `)
      .match(/../gs)
      ?.map((pair) => Array.from(pair, (c) => odd(c.charCodeAt(0))).join(""))
      .join(" ");
  const rows = ["9440 9440", "9470 9470"];
  const said = lines.map(
    (line, i) => `${rows[i]} ${letters(line.slice(0, 32))}`,
  );
  return `9420 9420 94ae 94ae ${said.join(" ")} 942f 942f`;
}

const FORMS = [
  {
    extension: "srt",
    write: (file: number) =>
      cues(
        (i, begin, end) =>
          `${i + 1}\n${clock(begin, ",")} --> ${clock(end, ",")}\n${textOf(file, i, ITALICS).join("\n")}\n\n`,
      ),
  },
  {
    extension: "vtt",
    write: (file: number) =>
      `WEBVTT\n\n${cues(
        (i, begin, end) =>
          `${clock(begin, ".")} --> ${clock(end, ".")} line:90%\n${textOf(file, i, ITALICS).join("\n")}\n\n`,
      )}`,
  },
  {
    extension: "ttml",
    write: (file: number) =>
      `<?xml version="1.0"?>\n<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xml:lang="en"><head/><body><div>\n${cues(
        (i, begin, end) =>
          `<p begin="${clock(begin, ".")}" end="${clock(end, ".")}">${textOf(file, i, TTML_ITALICS).join("<br/>")}</p>\n`,
      )}</div></body></tt>\n`,
  },
  {
    extension: "scc",
    write: (file: number) =>
      `Scenarist_SCC V1.0\n\n${cues(
        (i, begin) =>
          `${clock(begin, ":").slice(0, 8)}:00\t${sccWords(textOf(file, i, ["", ""]))}\n\n`,
      )}`,
  },
] as const;
