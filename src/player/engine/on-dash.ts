import { MediaPlayer, type MediaInfo, type MediaPlayerClass } from "dashjs";
import { languageName } from "../shared/format.js";
import { createPlayer, type DashError } from "./dash-parts.js";
import { unlockedAlready } from "./clear-key.js";
import { playFailureOf } from "./failure.js";
import { applyStreaming } from "./settings.js";
import type { Choice, OtherEvents, OtherPlayer } from "./other-player.js";

/** dash.js as it is, on a manifest of DASH. */
export function onDash(
  video: HTMLVideoElement,
  captions: HTMLDivElement,
  { onChoices, onFailure }: OtherEvents,
): OtherPlayer {
  const player = createPlayer({ Capabilities: unlockedAlready });
  player.initialize(video, undefined, false);
  applyStreaming(player, { text: { defaultEnabled: false } });
  player.attachTTMLRenderingDiv(captions);
  const { events } = MediaPlayer;
  for (const event of [events.STREAM_INITIALIZED, events.TEXT_TRACKS_ADDED])
    player.on(event, onChoices);
  player.on(events.ERROR, ({ error }) => {
    onFailure(playFailureOf(error as DashError).message);
  });
  return {
    name: `dash.js ${player.getVersion()}`,
    qualities: qualitiesOf(player),
    sounds: tracksOf(player, "audio", (track) => {
      player.setCurrentTrack(track);
    }),
    captions: {
      names: () => namesOf(player.getTracksFor("text")),
      choose: (number) => player.setTextTrack(number),
    },
    load: (manifest) => player.attachSource(manifest),
  };
}

function qualitiesOf(player: MediaPlayerClass): Choice {
  const all = () =>
    [...player.getRepresentationsByType("video")].sort(
      (a, b) => b.bandwidth - a.bandwidth,
    );
  return {
    names: () => all().map(({ height }) => `${height}p`),
    choose(number) {
      const isAuto = number < 0;
      applyStreaming(player, { abr: { autoSwitchBitrate: { video: isAuto } } });
      const one = all()[number];
      if (one !== undefined)
        player.setRepresentationForTypeById("video", one.id, true);
    },
  };
}

function tracksOf(
  player: MediaPlayerClass,
  type: "audio",
  choose: (track: MediaInfo) => void,
): Choice {
  return {
    names: () => namesOf(player.getTracksFor(type)),
    choose(number) {
      const track = player.getTracksFor(type)[number];
      if (track !== undefined) choose(track);
    },
  };
}

function namesOf(tracks: readonly MediaInfo[]): string[] {
  return tracks.map(({ lang }) => languageName(lang ?? "und"));
}
