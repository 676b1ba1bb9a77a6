import Hls, {
  type ErrorData,
  type Loader,
  type LoaderCallbacks,
  type LoaderConfiguration,
  type PlaylistLoaderContext,
} from "hls.js";
import { languageName } from "../shared/format.js";
import { NO_MEDIA_SOURCE, UNDECODABLE } from "./failure.js";
import type { OtherEvents, OtherPlayer } from "./other-player.js";

/** hls.js as it is, on a playlist of HLS. */
export function onHls(
  video: HTMLVideoElement,
  { onChoices, onFailure }: OtherEvents,
): OtherPlayer {
  // The page's policy allows no worker that is made of a text.
  const hls = new Hls({ enableWorker: false, pLoader: UnlockedLoader });
  for (const event of [
    Hls.Events.MANIFEST_PARSED,
    Hls.Events.AUDIO_TRACKS_UPDATED,
    Hls.Events.SUBTITLE_TRACKS_UPDATED,
  ] as const)
    hls.on(event, onChoices);
  hls.on(Hls.Events.ERROR, (_, data) => {
    if (data.fatal) onFailure(sentenceOf(data));
  });
  // Its levels ascend.
  const last = () => hls.levels.length - 1;
  return {
    name: `hls.js ${Hls.version}`,
    qualities: {
      names: () => hls.levels.map(({ height }) => `${height}p`).reverse(),
      choose: (number) => {
        hls.currentLevel = number < 0 ? -1 : last() - number;
      },
    },
    sounds: {
      names: () =>
        hls.audioTracks.map(({ lang }) => languageName(lang ?? "und")),
      choose: (number) => {
        hls.audioTrack = number;
      },
    },
    captions: {
      names: () =>
        hls.subtitleTracks.map(({ lang }) => languageName(lang ?? "und")),
      choose: (number) => {
        hls.subtitleDisplay = number >= 0;
        hls.subtitleTrack = number;
      },
    },
    load(manifest) {
      if (!Hls.isSupported()) {
        onFailure(NO_MEDIA_SOURCE.message);
        return;
      }
      hls.attachMedia(video);
      hls.loadSource(manifest);
    },
  };
}

type LoadPlaylist = Loader<PlaylistLoaderContext>["load"];

const PlainLoader = Hls.DefaultConfig.loader;

/**
 * This page has given the browser the key of a protected package before it is loaded. hls.js would
 * ask for it once more, and of a licence server, so it is not told of the key.
 */
class UnlockedLoader extends (PlainLoader as new (
  ...given: ConstructorParameters<typeof Hls.DefaultConfig.loader>
) => Loader<PlaylistLoaderContext>) {
  override load(
    context: PlaylistLoaderContext,
    configuration: LoaderConfiguration,
    callbacks: LoaderCallbacks<PlaylistLoaderContext>,
  ): ReturnType<LoadPlaylist> {
    const { onSuccess } = callbacks;
    super.load(context, configuration, {
      ...callbacks,
      onSuccess(response, ...others) {
        const { data } = response;
        if (typeof data === "string")
          response.data = data.replace(/^#EXT-X-KEY:.*\n/gm, "");
        onSuccess(response, ...others);
      },
    });
  }
}

function sentenceOf({ type, details, response }: ErrorData): string {
  if (details === Hls.ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR)
    return UNDECODABLE.message;
  if (type === Hls.ErrorTypes.KEY_SYSTEM_ERROR)
    return "hls.js opens a protected package only with its licence server.";
  const code = response?.code;
  return code === undefined
    ? `hls.js stopped: ${details}.`
    : `hls.js stopped: ${details}, the origin answered ${code}.`;
}
