/** One media element of a server manifest. */
export interface ServerTrack {
  readonly src: string;
  readonly trackId: number;
  readonly bitrate: number;
  readonly stream: string;
}

export interface ServerManifest {
  readonly clientManifest: string;
  readonly tracks: readonly ServerTrack[];
}

/** What a client manifest promises. Times are in 10 MHz ticks. */
export interface ClientManifest {
  readonly durationSeconds: number;
  readonly video: readonly { bitrate: number; width: number; height: number }[];
  readonly audio: readonly { bitrate: number }[];
  /** Start of each video fragment. */
  readonly videoTimes: readonly number[];
  readonly audioTimes: readonly number[];
}

/** Regular expressions are enough for the two documents that we write ourselves. */
export function readServerManifest(ism: string): ServerManifest {
  const meta = elements(ism, "meta").find(
    ({ attributes }) => attributes["name"] === "clientManifestRelativePath",
  );
  return {
    clientManifest: meta?.attributes["content"] ?? "",
    tracks: ["video", "audio", "textstream"].flatMap((type) =>
      elements(ism, type).map((element) => serverTrack(type, element)),
    ),
  };
}

export function readClientManifest(ismc: string): ClientManifest {
  const streams = elements(ismc, "StreamIndex");
  const video = streams.find(({ attributes: a }) => a["Type"] === "video");
  const audio = streams.find(({ attributes: a }) => a["Type"] === "audio");
  const [root] = elements(ismc, "SmoothStreamingMedia");
  return {
    durationSeconds: Number(root?.attributes["Duration"]) / 1e7,
    video: elements(video?.content ?? "", "QualityLevel").map(
      ({ attributes: a }) => ({
        bitrate: Number(a["Bitrate"]),
        width: Number(a["MaxWidth"]),
        height: Number(a["MaxHeight"]),
      }),
    ),
    audio: elements(audio?.content ?? "", "QualityLevel").map(
      ({ attributes: a }) => ({ bitrate: Number(a["Bitrate"]) }),
    ),
    videoTimes: fragmentTimes(video),
    audioTimes: fragmentTimes(audio),
  };
}

interface Element {
  readonly attributes: Readonly<Record<string, string>>;
  readonly content: string;
}

function elements(xml: string, name: string): Element[] {
  const pattern = new RegExp(
    `<${name}\\b([^>]*?)(?:/>|>(.*?)</${name}>)`,
    "gs",
  );
  return [...xml.matchAll(pattern)].map(
    ([, attributes = "", content = ""]) => ({
      attributes: Object.fromEntries(
        [...attributes.matchAll(/([\w:]+)="([^"]*)"/g)].map(
          ([, key = "", value = ""]) => [key, value],
        ),
      ),
      content,
    }),
  );
}

function serverTrack(type: string, element: Element): ServerTrack {
  const params = new Map(
    elements(element.content, "param").map(({ attributes: a }) => [
      a["name"],
      a["value"],
    ]),
  );
  return {
    src: element.attributes["src"] ?? "",
    bitrate: Number(element.attributes["systemBitrate"]),
    trackId: Number(params.get("trackID")),
    stream: params.get("trackName") ?? type,
  };
}

/** `t` is only said at gaps; elsewhere a fragment starts where the last one ended. */
function fragmentTimes(stream: Element | undefined): number[] {
  let end = 0;
  return elements(stream?.content ?? "", "c").map(({ attributes: a }) => {
    const start = Number(a["t"] ?? end);
    end = start + Number(a["d"]);
    return start;
  });
}
