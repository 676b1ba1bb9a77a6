import {
  MediaPlayer,
  type MediaPlayerClass,
  type MediaPlayerFactory,
} from "dashjs";

/**
 * A player with parts of dash.js replaced. dash.js's own `extend` comes too late for
 * some of them, which are made together with the player: it only writes into the
 * player's context, and so does this, before.
 *
 * @param extensions by the name of the part: functions that give methods in the place
 *   of dash.js's own, which `this.parent` has
 */
export function createPlayer(
  extensions: Readonly<Record<string, unknown>>,
): MediaPlayerClass {
  const context = Object.fromEntries(
    Object.entries(extensions).map(([name, instance]) => [
      name,
      { instance, override: true },
    ]),
  );
  const make = MediaPlayer as (context: object) => MediaPlayerFactory;
  return make(context).create();
}
