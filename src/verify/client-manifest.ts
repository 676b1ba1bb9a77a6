import type { Findings } from "./finding.js";
import { descendants, type XmlElement } from "./xml-reader.js";

/** What an .ismc says. */
export interface ClientManifest {
  readonly file: string;
  readonly duration: number;
  readonly streams: readonly ClientStream[];
}

export interface ClientStream {
  readonly type: string;
  readonly name: string;
  readonly levels: readonly ClientLevel[];
  /** Begin of each fragment. */
  readonly times: readonly number[];
  readonly durations: readonly number[];
}

export interface ClientLevel {
  readonly bitrate: number;
  readonly attributes: ReadonlyMap<string, string>;
}

/** The only spellings of the placeholders that all players look for. MS-SSTR 2.2.2.3 */
const URL_PATTERN = (name: string) =>
  `QualityLevels({bitrate})/Fragments(${name}={start time})`;

/** A year of two-second fragments: a larger `r` is a slip that must not eat the memory. */
const MAX_REPEAT = 20_000_000;

/** What a 32-bit client can hold. */
const MAX_BITRATE = 2 ** 31 - 1;

/** Reads an .ismc as a client does and checks what it says of itself. MS-SSTR 2.2.2 */
export function readClientManifest(
  root: XmlElement,
  file: string,
  findings: Findings,
): ClientManifest {
  const expect = expectIn(file, findings);
  expect("root element", root.name, "SmoothStreamingMedia");
  expect("MajorVersion", root.attributes.get("MajorVersion"), "2");
  requireDefaultTimescale(root, file, findings);
  const streams = descendants(root, "StreamIndex").map((element) =>
    readStream(element, file, findings),
  );
  requireUnique(
    streams.map((stream) => stream.name),
    "StreamIndex Name",
    file,
    findings,
  );
  return { file, duration: numberIn(root, "Duration"), streams };
}

function readStream(
  element: XmlElement,
  file: string,
  findings: Findings,
): ClientStream {
  const expect = expectIn(file, findings);
  const type = element.attributes.get("Type") ?? "";
  const name = element.attributes.get("Name") ?? type;
  const levels = descendants(element, "QualityLevel").map((level) => ({
    bitrate: numberIn(level, "Bitrate"),
    attributes: level.attributes,
  }));
  const stream = {
    type,
    name,
    levels,
    ...readTimes(element, name, file, findings),
  };
  expect(
    `StreamIndex ${name} Chunks`,
    numberIn(element, "Chunks"),
    stream.times.length,
  );
  expect(
    `StreamIndex ${name} QualityLevels`,
    numberIn(element, "QualityLevels"),
    levels.length,
  );
  expect(
    `StreamIndex ${name} Url`,
    element.attributes.get("Url"),
    URL_PATTERN(name),
  );
  requireDefaultTimescale(element, file, findings);
  checkLevels(stream, file, findings);
  return stream;
}

function checkLevels(
  { name, levels }: ClientStream,
  file: string,
  findings: Findings,
): void {
  requireUnique(
    levels.map((level) => level.bitrate),
    `StreamIndex ${name} Bitrate`,
    file,
    findings,
  );
  for (const { bitrate } of levels) {
    if (Number.isInteger(bitrate) && bitrate > 0 && bitrate <= MAX_BITRATE)
      continue;
    findings.add({
      rule: "client-manifest",
      file,
      message: `StreamIndex ${name} Bitrate`,
      found: bitrate,
      expected: `a whole number from 1 to ${MAX_BITRATE}`,
    });
  }
}

/** Expands the `c` elements: `t` where given, else where the one before ended. MS-SSTR 2.2.2.6 */
function readTimes(
  element: XmlElement,
  name: string,
  file: string,
  findings: Findings,
) {
  const times: number[] = [];
  const durations: number[] = [];
  let time = 0;
  for (const c of descendants(element, "c")) {
    time = Number(c.attributes.get("t") ?? time);
    const duration = Number(c.attributes.get("d"));
    if (!(duration > 0)) {
      const message = `StreamIndex ${name} c d`;
      const found = c.attributes.get("d") ?? "nothing";
      findings.add({
        rule: "client-manifest",
        file,
        fragment: times.length + 1,
        message,
        found,
        expected: "a duration",
      });
    }
    const repeat = Math.min(Number(c.attributes.get("r") ?? 1), MAX_REPEAT);
    for (let k = 0; k < repeat; k++, time += duration) {
      times.push(time);
      durations.push(duration);
    }
  }
  return { times, durations };
}

/** Any other timescale than 10 MHz breaks shaka-player, rx-player or VLC. */
function requireDefaultTimescale(
  { name, attributes }: XmlElement,
  file: string,
  findings: Findings,
): void {
  const timescale = attributes.get("TimeScale");
  if (timescale !== undefined)
    expectIn(file, findings)(`${name} TimeScale`, timescale, "10000000");
}

function requireUnique(
  values: readonly (string | number)[],
  what: string,
  file: string,
  findings: Findings,
): void {
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice === undefined) return;
  findings.add({
    rule: "client-manifest",
    file,
    message: what,
    found: `${twice} twice`,
    expected: "unique",
  });
}

function expectIn(file: string, findings: Findings) {
  return (
    message: string,
    found: string | number | undefined,
    expected: string | number,
  ) =>
    findings.expect(
      { rule: "client-manifest", file, message },
      found,
      expected,
    );
}

function numberIn(element: XmlElement, attribute: string): number {
  return Number(element.attributes.get(attribute));
}
