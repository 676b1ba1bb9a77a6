import {
  MediaPlayer,
  type MediaPlayerClass,
  type MediaPlayerFactory,
} from "dashjs";

/**
 * A player with parts of dash.js replaced. Some parts are made together with the player, and for
 * them dash.js's own `extend` comes too late. It only writes into the player's context; this does
 * the same before.
 *
 * @param extensions functions by the name of the part; their methods replace dash.js's own, which
 * are in `this.parent`
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
