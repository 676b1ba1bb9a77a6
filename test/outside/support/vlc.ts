import { findProgram, run } from "../../support/programs.js";

export async function missingForVlc(): Promise<string[]> {
  return (await findProgram("cvlc")) === undefined ? ["cvlc"] : [];
}

/** Has VLC play one rung into an mp4: what it would show, without a screen. */
export async function record(
  url: string,
  height: number,
  path: string,
  home: string,
): Promise<void> {
  await run(
    "cvlc",
    [
      // The best rung that is not higher: this one.
      ...["--adaptive-logic", "highest"],
      ...["--adaptive-maxheight", String(height)],
      ...["--sout", `#std{access=file,mux=mp4,dst=${path}}`],
      ...[url, "vlc://quit"],
    ],
    { env: { ...process.env, HOME: home }, ...notRoot() },
  );
}

/** VLC refuses to run as root, as whom tests run in a container; so as nobody. */
function notRoot(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

const NOBODY = 65_534;
