import { createHash } from "node:crypto";
import { Agent } from "node:http";
import { readClientManifest } from "../../outside/support/manifests.js";
import { ask, type Reply } from "./ask.js";
import { FILM, fragmentPath } from "./test.js";

/** What a viewer was sent. */
export interface Viewing {
  /** The reply to each address, without its body. */
  readonly replies: readonly {
    readonly path: string;
    readonly status: number;
    readonly from: string | undefined;
    /** Hash of the body. */
    readonly hash: string;
  }[];
}

/**
 * Plays a film as a player does, without waiting for its pictures to be shown:
 * the manifest, then fragment after fragment, picture and sound together over
 * connections that are kept. It goes through the rungs in turn, beginning with
 * another one than the viewer before it.
 */
export async function watch(url: string, viewer: number): Promise<Viewing> {
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  const headers = { "CMCD-Session": `sid="viewer-${viewer}"` };
  const replies: Viewing["replies"][number][] = [];
  const get = async (path: string): Promise<Reply> => {
    const reply = await ask(url + path, { agent, headers });
    const { status, from, body } = reply;
    const hash = createHash("sha256").update(body).digest("hex");
    replies.push({ path, status, from, hash });
    return reply;
  };
  const { body } = await get(`${FILM}/Manifest`);
  const { video, audio, ...times } = readClientManifest(body.toString());
  const rungOf = (n: number) => video[(viewer + n) % video.length]?.bitrate;
  const audioBitrate = audio[0]?.bitrate ?? 0;
  const count = Math.max(times.videoTimes.length, times.audioTimes.length);
  for (let n = 0; n < count; n++) {
    const frames = times.videoTimes[n];
    const tone = times.audioTimes[n];
    await Promise.all([
      frames !== undefined &&
        get(fragmentPath(rungOf(n) ?? 0, "video", frames)),
      tone !== undefined && get(fragmentPath(audioBitrate, "audio", tone)),
    ]);
  }
  agent.destroy();
  return { replies };
}

/** Many viewers who begin in the same moment. */
export async function watchTogether(
  url: string,
  count: number,
): Promise<Viewing[]> {
  return Promise.all(Array.from({ length: count }, (_, n) => watch(url, n)));
}
