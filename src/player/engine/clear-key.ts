import type { Licence } from "../shared/api.js";

const SYSTEM = "org.w3.clearkey";

/** Every browser with Clear Key decodes this. The film's own codecs are checked when it is loaded. */
const CONFIGURATION: MediaKeySystemConfiguration = {
  initDataTypes: ["keyids"],
  videoCapabilities: [{ contentType: 'video/mp4; codecs="avc1.42E01E"' }],
  audioCapabilities: [{ contentType: 'audio/mp4; codecs="mp4a.40.2"' }],
};

/**
 * Gives the browser the key of a film before it is loaded, instead of a licence server. dash.js
 * takes no part in it, and needs no module for it. Encrypted Media Extensions 9.1
 *
 * @throws Error with a sentence for the page
 */
export async function unlock(
  video: HTMLVideoElement,
  licence: Licence,
): Promise<void> {
  const access = await findClearKey();
  const keys = await access.createMediaKeys();
  await video.setMediaKeys(keys);
  const session = keys.createSession();
  const kids = licence.keys.map(({ kid }) => kid);
  await session.generateRequest("keyids", json({ kids }));
  await session.update(json(licence));
}

/**
 * An extension for dash.js's `Capabilities`. Without its DRM module dash.js takes every protected
 * film for unplayable. This page unlocks each film before it loads it.
 */
export function unlockedAlready() {
  return { supportsEncryptedMedia: () => true };
}

async function findClearKey(): Promise<MediaKeySystemAccess> {
  try {
    return await navigator.requestMediaKeySystemAccess(SYSTEM, [CONFIGURATION]);
  } catch {
    throw new Error(
      "The package is protected, and this browser has no Clear Key to open it with. Chrome, Edge and Firefox have it.",
    );
  }
}

function json(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}
