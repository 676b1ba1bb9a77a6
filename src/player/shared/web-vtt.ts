/** A cue of a WebVTT file: a chapter, or the place of a thumbnail. Times in seconds. */
export interface WebVttCue {
  readonly begin: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Reads the chapters or thumbnails of a package. Without them the page plays on.
 *
 * @param address undefined: the package has none
 * @returns cues in order of time; none when the origin does not give them
 */
export async function fetchCues(
  address: string | undefined,
): Promise<WebVttCue[]> {
  if (address === undefined) return [];
  const response = await fetch(address).catch(() => null);
  return response?.ok ? cuesIn(await response.text()) : [];
}

const TIME = "(?:(\\d+):)?(\\d+):(\\d+\\.\\d+)";
const TIMING = new RegExp(`^${TIME} --> ${TIME}`);

/** WebVTT 4.1, as far as these files use it. */
export function cuesIn(text: string): WebVttCue[] {
  return text.split(/(?:\r?\n){2,}/).flatMap((block) => {
    const lines = block.split(/\r?\n/);
    const at = lines.findIndex((line) => TIMING.test(line));
    const times = TIMING.exec(lines[at] ?? "");
    if (times === null) return [];
    const payload = lines.slice(at + 1).join(" ");
    return {
      begin: secondsOf(times.slice(1, 4)),
      end: secondsOf(times.slice(4)),
      text: unescaped(payload.trim()),
    };
  });
}

function secondsOf([hours, minutes, seconds]: (string | undefined)[]): number {
  return (
    Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds)
  );
}

const NAMED: Readonly<Record<string, string>> = {
  ...{ "&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": " " },
};

function unescaped(text: string): string {
  return text.replace(/&\w+;/g, (name) => NAMED[name] ?? name);
}
