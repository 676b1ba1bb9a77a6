/** What is to come of a file: cues in short, warnings, or a refusal. */
export interface NastyFile {
  readonly what: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** `begin-end place text` with milliseconds, `|` between lines, and looks as tags. */
  readonly cues?: readonly string[];
  readonly warnings?: readonly string[];
  readonly refused?: string;
}

const utf8 = (text: string) => new TextEncoder().encode(text);

/** One byte a letter, as old files have them. */
const latin1 = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));

function utf16(text: string, isBig: boolean, hasMark = true): Uint8Array {
  const bytes = Buffer.from((hasMark ? "\uFEFF" : "") + text, "utf16le");
  return Uint8Array.from(isBig ? bytes.swap16() : bytes);
}

/** Cues of SubRip: times and text. */
function srt(...cues: readonly (readonly [string, string])[]): string {
  return cues
    .map(([times, text], i) => `${i + 1}\n${times}\n${text}\n`)
    .join("\n");
}

const A = "00:00:01,000 --> 00:00:02,000";
const B = "00:00:03,000 --> 00:00:04,000";
const ONE = ["1000-2000 bottom one"];

const tt = (inside: string, attributes = "") =>
  `<?xml version="1.0"?>\n<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xml:lang=""${attributes}>${inside}</tt>`;

const body = (inside: string) => `<body><div>${inside}</div></body>`;

const SRT: readonly NastyFile[] = [
  {
    what: "a byte order mark, lines that end as in DOS, no line behind the last",
    name: "film.srt",
    bytes: utf8(`\uFEFF1\r\n${A}\r\none\r\ntwo`),
    cues: ["1000-2000 bottom one|two"],
  },
  {
    what: "lines that end as on old Macintoshes",
    name: "film.srt",
    bytes: utf8(srt([A, "one"], [B, "two"]).replaceAll("\n", "\r")),
    cues: [...ONE, "3000-4000 bottom two"],
  },
  {
    what: "UTF-16, little end first",
    name: "film.srt",
    bytes: utf16(srt([A, "Grüße"]), false),
    cues: ["1000-2000 bottom Grüße"],
  },
  {
    what: "UTF-16, big end first",
    name: "film.srt",
    bytes: utf16(srt([A, "Grüße"]), true),
    cues: ["1000-2000 bottom Grüße"],
  },
  {
    what: "UTF-16 without its mark",
    name: "film.srt",
    bytes: utf16(srt([A, "Grüße"]), false, false),
    cues: ["1000-2000 bottom Grüße"],
  },
  {
    what: "the letters of Windows",
    name: "film.srt",
    bytes: latin1(srt([A, "Gr\xfc\xdfe \x93zitiert\x94 \x80"])),
    cues: ["1000-2000 bottom Grüße “zitiert” €"],
    warnings: [
      "film.srt, line 1: it is not UTF-8 and was read as windows-1252.",
    ],
  },
  {
    what: "a blank line inside a cue, and text that is a number",
    name: "film.srt",
    bytes: utf8(`1\n${A}\none\n\n1984\n\n2\n${B}\n42\n`),
    cues: ["1000-2000 bottom one||1984", "3000-4000 bottom 42"],
  },
  {
    what: "no numbers, and no blank lines between cues",
    name: "film.srt",
    bytes: utf8(`${A}\none\n${B}\ntwo\n`),
    cues: [...ONE, "3000-4000 bottom two"],
  },
  {
    what: "times without hours, with points, with blanks, with coordinates, with one digit",
    name: "film.srt",
    bytes: utf8(
      srt(
        ["00:01,000 --> 00:02.000", "one"],
        ["0:0:3,000-->0:0:4,000", "two"],
        ["00: 00: 05, 000 --> 00:00:06,000  X1:40 X2:600 Y1:20 Y2:50", "three"],
      ),
    ),
    cues: [...ONE, "3000-4000 bottom two", "5000-6000 bottom three"],
  },
  {
    what: "tags, an override, a colour, a tag that is none, entities",
    name: "film.srt",
    bytes: utf8(
      srt([
        A,
        '{\\an8}<i>one</i> <b><U>two</U></b>\n<font color="#ff0">three</font> {\\i1}four{\\i0} <Laughs> 1 < 2 &amp; {x}',
      ]),
    ),
    cues: [
      "1000-2000 top <i>one </i><b><u>two</u></b>|<#ffff00>three </#ffff00><i>four </i><Laughs> 1 < 2 & {x}",
    ],
  },
  {
    what: "tags that are never closed or never opened, across lines",
    name: "film.srt",
    bytes: utf8(srt([A, "<i>one\ntwo</b>"], [B, "</i>three"])),
    cues: ["1000-2000 bottom <i>one</i>|<i>two</i>", "3000-4000 bottom three"],
  },
  {
    what: "an end before the begin, and none at all",
    name: "film.srt",
    bytes: utf8(
      srt(
        ["00:00:05,000 --> 00:00:01,000", "one"],
        ["00:00:06,000 --> 00:00:06,000", "two"],
        ["00:00:10,000 --> 00:00:11,000", "three"],
      ),
    ),
    cues: [
      "5000-6000 bottom one",
      "6000-9000 bottom two",
      "10000-11000 bottom three",
    ],
    warnings: [
      "film.srt, lines 2, 6: a caption does not end after it begins; it is shown until the next one, 3 s at most.",
    ],
  },
  {
    what: "cues in any order, twice, over one another a little and a lot",
    name: "film.srt",
    bytes: utf8(
      srt(
        ["00:00:05,000 --> 00:00:07,000", "late"],
        [A, "one"],
        [A, "one"],
        ["00:00:01,950 --> 00:00:04,000", "two"],
        ["00:00:03,000 --> 00:00:04,500", "three"],
      ),
    ),
    cues: [
      "1000-1950 bottom one",
      "1950-4000 bottom two",
      "3000-4500 bottom three",
      "5000-7000 bottom late",
    ],
    warnings: [
      "film.srt, line 6: captions are not in the order of their times; they are sorted.",
      "film.srt, line 10: a caption is there twice and is shown once.",
      "film.srt, line 14: a caption begins a little before the one above ends; that one is cut.",
      "film.srt, line 18: a caption begins while another is shown; both are shown.",
    ],
  },
  {
    what: "cues behind the film's end, over it, and before its begin",
    name: "film.srt",
    bytes: utf8(
      srt(
        ["-00:00:01,000 --> 00:00:01,000", "early"],
        ["00:00:19,000 --> 00:00:25,000", "over"],
        ["00:00:21,000 --> 00:00:22,000", "behind"],
      ),
    ),
    cues: ["0-1000 bottom early", "19000-20000 bottom over"],
    warnings: [
      "film.srt, line 6: a caption ends behind the film and is cut there.",
      "film.srt, line 10: a caption begins behind the film's end and is left out.",
    ],
  },
  {
    what: "cues without text, with blanks alone, with tags alone, and control characters",
    name: "film.srt",
    bytes: utf8(
      `1\n${A}\n2\n00:00:02,000 --> 00:00:03,000\n \n3\n${B}\n<i></i>\n\n4\n00:00:05,000 --> 00:00:06,000\na\u0007b\u0000`.replace(
        "\u0000",
        "\u0001",
      ),
    ),
    cues: ["5000-6000 bottom ab"],
    warnings: ["film.srt, lines 2, 4, 7: a caption without text is left out."],
  },
  {
    what: "lines that begin as a comment of WebVTT",
    name: "film.srt",
    bytes: utf8(srt([A, "NOTE one\nNOTE two"])),
    cues: ["1000-2000 bottom NOTE one|NOTE two"],
  },
  {
    what: "a time that cannot be read",
    name: "film.srt",
    bytes: utf8(srt([A, "one"], ["00:00:xx,000 --> 00:00:04,000", "two"])),
    refused:
      'film.srt, line 6: the times of the caption cannot be read: "00:00:xx,000 --> 00:00:04,000". Expected 00:00:01,000 --> 00:00:02,500.',
  },
  {
    what: "a page of the web",
    name: "film.srt",
    bytes: utf8("<!DOCTYPE html>\n<html><body>Not found</body></html>\n"),
    refused: "film.srt: no caption was found.",
  },
  {
    what: "nothing",
    name: "film.srt",
    bytes: utf8(""),
    refused: "film.srt: no caption was found.",
  },
  {
    what: "a picture",
    name: "film.srt",
    bytes: Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0]),
    refused: "film.srt: it is not text: it has bytes that are 0.",
  },
  {
    what: "all cues much too late",
    name: "film.srt",
    bytes: utf8(srt(["00:45:01,000 --> 00:45:02,000", "one"])),
    refused:
      "film.srt, line 2: all captions begin behind the film's end (20.000 s), the first at 2701.000 s.",
  },
  {
    what: "SubStation by another name",
    name: "film.srt",
    bytes: utf8("[Script Info]\nTitle: x\n"),
    refused:
      "film.srt: it is SubStation Alpha, which is not read. Expected SubRip, WebVTT, TTML or SCC.",
  },
];

const VTT: readonly NastyFile[] = [
  {
    what: "a header with more, STYLE, REGION and NOTE before the cues",
    name: "film.vtt",
    bytes: utf8(
      "\uFEFFWEBVTT - a film\nKind: captions\n\nSTYLE\n::cue { color: red }\n::cue(.loud) { font-weight: bold; color: lime }\n\nREGION\nid:up\nviewportanchor:0%,10%\n\nNOTE\n00:00.000 --> 00:01.000\n\na\n00:01.000 --> 00:02.000 region:up align:left\n<c.loud>one</c>\n",
    ),
    cues: ["1000-2000 top left <b><#00ff00>one</#00ff00></b>"],
  },
  {
    what: "places, voices, classes, ruby, timestamps and entities",
    name: "film.vtt",
    bytes: utf8(
      "WEBVTT\n\n00:01.000 --> 00:02.000 line:0\n<v.first Ann>one</v> <00:01.500><c.yellow.bg_blue>two</c>\n\n00:03.000 --> 00:04.000 line:-1 align:end\n&lt;b&gt;&nbsp;&#8364; <ruby>kan<rt>ji</rt></ruby>\n\n00:05.000 --> 00:06.000 line:50%\n<lang en><i.x>three</i></lang><nothing>\n",
    ),
    cues: [
      "1000-2000 top one <#ffff00>two</#ffff00>",
      "3000-4000 bottom right <b>\u00a0€ kan(ji)",
      "5000-6000 middle <i>three</i>",
    ],
  },
  {
    what: "a cue behind the header at once, cues without blank lines, blanks on blank lines, more than 60 minutes",
    name: "film.vtt",
    bytes: utf8(
      "WEBVTT\n00:01.000 --> 00:02.000\none\n00:03.000 --> 00:04.000\ntwo\n  \n2\n00:05,000 --> 00:06,000\nx --> y\n\n61:00.000 --> 61:01.000\nlate",
    ),
    cues: [...ONE, "3000-4000 bottom two", "5000-6000 bottom x --> y"],
    warnings: [
      "film.vtt, line 11: a caption begins behind the film's end and is left out.",
    ],
  },
  {
    what: "no line WEBVTT, the letters u2029, and text without times",
    name: "film.vtt",
    bytes: utf8("1\n00:01.000 --> 00:02.000\nu2029\n\nlost\nwords\n"),
    cues: ["1000-2000 bottom u2029"],
    warnings: [
      'film.vtt, line 1: the line "WEBVTT" is missing.',
      "film.vtt, line 6: text without times is passed over.",
    ],
  },
  {
    what: "WebVTT by the name of SubRip, with a map of times",
    name: "film.srt",
    bytes: utf8(
      "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n00:01.000 --> 00:02.000\none\n",
    ),
    cues: ONE,
    warnings: [
      "film.srt, line 1: it is WebVTT whatever its name says, and is read as such.",
      "film.srt, line 2: X-TIMESTAMP-MAP is passed over: times count from the film's begin.",
    ],
  },
  {
    what: "a time that cannot be read",
    name: "film.vtt",
    bytes: utf8("WEBVTT\n\n00:01 --> 00:02.000\none\n"),
    refused:
      'film.vtt, line 3: the times of the caption cannot be read: "00:01 --> 00:02.000". Expected 00:01.000 --> 00:02.500.',
  },
];

const TTML: readonly NastyFile[] = [
  {
    what: "the namespaces of 2006, a style of a style, a region above, and frames",
    name: "film.dfxp",
    bytes: utf8(
      tt(
        '<head><styling><style xml:id="a" tts:color="yellow"/><style xml:id="b" style="a" tts:fontStyle="italic"/></styling><layout><region xml:id="r" tts:origin="10% 5%" tts:extent="80% 20%"/></layout></head>' +
          body(
            '<p begin="0:00:01,5" end="00:00:03:15" region="r" style="b">one\n   <span tts:fontStyle="normal">two</span><br/> three</p>',
          ),
      ).replaceAll("www.w3.org/ns/ttml", "www.w3.org/2006/10/ttaf1"),
    ),
    cues: [
      "1500-3500 top <i><#ffff00>one </#ffff00></i><#ffff00>two</#ffff00>|<i><#ffff00>three</#ffff00></i>",
    ],
  },
  {
    what: "prefixes, ticks, seconds, a duration, times of the parts around",
    name: "film.ttml",
    bytes: utf8(
      '<tt:tt xmlns:tt="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:tickRate="10000000" xml:lang="en"><tt:body begin="1s"><tt:div end="9s"><tt:p begin="0t" end="10000000t">one</tt:p><tt:p begin="2s" dur="1s">two</tt:p><tt:p begin="7s">three</tt:p></tt:div></tt:body></tt:tt>',
    ),
    cues: [...ONE, "3000-4000 bottom two", "8000-10000 bottom three"],
  },
  {
    what: "words that come one by one, and a paragraph that is hidden",
    name: "film.ttml",
    bytes: utf8(
      tt(
        body(
          '<p begin="1s" end="3s"><span begin="0s">one</span><span begin="1s"> two</span></p><p begin="5s" end="6s" tts:display="none">no</p>',
        ),
      ),
    ),
    cues: ["1000-2000 bottom one", "2000-3000 bottom one two"],
  },
  {
    what: "lines that are kept, an end that is missing, timecodes, no namespace of its root",
    name: "film.ttml",
    bytes: utf8(
      '<!-- made by hand -->\n<tt xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:timeBase="smpte"><body><div>\n<p begin="00:00:01.000" end="00:00:02.000" xml:space="preserve">one\ntwo</p>\n<p begin="00:00:03.000">three</p></div></body></tt>',
    ),
    cues: ["1000-2000 bottom one|two", "3000-6000 bottom three"],
    warnings: [
      "film.ttml, line 1: timecodes (timeBase smpte) are read as times from the film's begin.",
      "film.ttml, line 5: a caption has no end; it is shown until the next one, 3 s at most.",
    ],
  },
  {
    what: "XML in Latin-1 that says so",
    name: "film.xml",
    bytes: latin1(
      tt(body('<p begin="1s" end="2s">Gr\xfc\xdfe</p>')).replace(
        '"1.0"',
        '"1.0" encoding="ISO-8859-1"',
      ),
    ),
    cues: ["1000-2000 bottom Grüße"],
  },
  {
    what: "XML that is not well-formed",
    name: "film.ttml",
    bytes: utf8(tt(body('\n<p begin="1s" end="2s">one</div>'))),
    refused:
      "film.ttml, line 3: it is not TTML that can be read: unexpected close tag.",
  },
  {
    what: "a name with a sign that not every XML reader knows",
    name: "film.ttml",
    bytes: utf8(tt(body('\n<p begin="1s" b\u{1f4a9}="x">one</p>'))),
    refused:
      "film.ttml, line 3: it is not TTML that can be read: invalid attribute name.",
  },
  {
    what: "entities that are made of entities",
    name: "film.ttml",
    bytes: utf8(
      '<?xml version="1.0"?><!DOCTYPE tt [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s" end="2s">&b;</p></div></body></tt>',
    ),
    refused:
      "film.ttml, line 1: it is not TTML that can be read: it has a document type (DTD).",
  },
  {
    what: "a time that cannot be read",
    name: "film.ttml",
    bytes: utf8(tt(body('\n\n<p begin="soon" end="2s">one</p>'))),
    refused:
      'film.ttml, line 4: begin="soon" is not a time that mss-pack reads. Expected as 00:00:01.500 or 1.5s.',
  },
  {
    what: "another namespace",
    name: "film.ttml",
    bytes: utf8(tt(body("")).replace("ns/ttml", "ns/other")),
    refused:
      'film.ttml, line 2: it is not TTML that can be read: its namespace is "http://www.w3.org/ns/other", expected http://www.w3.org/ns/ttml.',
  },
  {
    what: "XML that is written in what nobody knows",
    name: "film.ttml",
    bytes: latin1(
      '<?xml version="1.0" encoding="nothing"?><tt xmlns="http://www.w3.org/ns/ttml">\xfc</tt>',
    ),
    refused:
      'film.ttml, line 1: it says that it is written in "nothing", which is not known.',
  },
  {
    what: "another XML",
    name: "film.xml",
    bytes: utf8('<?xml version="1.0"?><rss/>'),
    refused:
      'film.xml, line 1: it is not TTML that can be read: its root is "rss", expected tt.',
  },
  {
    what: "styles with names of JavaScript, that call one another in a circle",
    name: "film.ttml",
    bytes: utf8(
      tt(
        '<head><styling><style xml:id="a" style="b"/><style xml:id="b" style="a" tts:color="red"/></styling></head>' +
          body(
            '<p begin="1s" end="2s" region="constructor" style="a nothing">one</p>',
          ),
      ),
    ),
    cues: ["1000-2000 bottom <#ff0000>one</#ff0000>"],
  },
];

const SCC: readonly NastyFile[] = [
  {
    what: "drop-frame timecodes, doubled commands, a row above, no blank lines, capitals",
    name: "film.scc",
    bytes: utf8(
      "Scenarist_SCC V1.0\r\n\r\n00:00:01;00\t9420 9420 9140 9140 C8E5 ECEC EF80 942F 942F\r\n00:00:03;00\t942C 942C\r\n",
    ),
    cues: ["1235-3003 top Hello"],
  },
  {
    what: "italics, the last caption that nothing takes away",
    name: "film.scc",
    bytes: utf8(
      "Scenarist_SCC V1.0\n\n00:00:01:00\t9420 9470 91ae c8e5 ecec ef80 942f\n",
    ),
    cues: ["1201-5235 bottom <i>Hello</i>"],
  },
  {
    what: "roll-up captions, letter by letter",
    name: "film.scc",
    bytes: utf8(
      "Scenarist_SCC V1.0\n\n00:00:01:00\t9425 94ad 9470 c8e5 ecec ef80\n\n00:00:03:00\t94ad 9470 f7ef f2ec e480\n\n00:00:05:00\t942c\n",
    ),
    cues: ["1101-3003 bottom Hello", "3003-5005 bottom Hello|world"],
  },
  {
    what: "memory that is not erased, rows that begin with a colour",
    name: "film.scc",
    bytes: utf8(
      `Scenarist_SCC V1.0\n\n${[1, 3, 5]
        .map(
          (second) =>
            `00:00:0${second}:00\t9420 9420 9440 9440 ${"c8e5 ".repeat(16)}9470 9470 c8e5 942f 942f\n\n`,
        )
        .join("")}00:00:07:00\t942c\n`,
    ),
    cues: ["1768-7007 bottom HeHeHeHeHeHeHeHeHeHeHeHeHeHeHeHe|He"],
  },
  {
    what: "a word that is none",
    name: "film.scc",
    bytes: utf8("Scenarist_SCC V1.0\n\n00:00:01:00\t9420 94g0\n"),
    refused:
      'film.scc, line 3: it is not a line of SCC: "00:00:01:00 9420 94g0". Expected a timecode and words of four digits, as 01:00:00:00 9420 9470 ...',
  },
];

export const NASTY_FILES: readonly NastyFile[] = [
  ...SRT,
  ...VTT,
  ...TTML,
  ...SCC,
];
