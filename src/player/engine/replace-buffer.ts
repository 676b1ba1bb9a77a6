import {
  MediaPlayer,
  type MediaPlayerClass,
  type MediaPlayerEvent,
} from "dashjs";

/**
 * Has dash.js throw away what it has of the picture and load it again from the rung
 * that it is loading already. Its interface only does so together with a change of
 * rung, so this asks for one as its interface does, from this rung to itself.
 */
export function replaceBuffer(player: MediaPlayerClass): void {
  const mediaType = "video";
  const rung = player.getCurrentRepresentationForType(mediaType);
  const streamInfo = rung?.mediaInfo?.streamInfo;
  if (rung === null || streamInfo == null) return;
  // Declared as an event, and taken by its name.
  const event: unknown = MediaPlayer.events.QUALITY_CHANGE_REQUESTED;
  player.trigger(
    event as MediaPlayerEvent,
    {
      ...{ isAdaptationSetSwitch: false, mediaType, streamInfo },
      ...{ newRepresentation: rung, oldRepresentation: rung },
      reason: { forceReplace: true },
    },
    { streamId: streamInfo.id, mediaType },
  );
}
