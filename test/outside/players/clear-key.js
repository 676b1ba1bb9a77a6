/**
 * PlayReady for browsers that have none: Clear Key answers in its name, with the key
 * in the page's address (`#KID:KEY`, both in hex). As PlayReady does, it finds the key
 * ID in the header that the player hands it, and nowhere else. No licence server is asked.
 */
const [, KID, KEY] =
  /^#([0-9a-f]{32}):([0-9a-f]{32})$/.exec(location.hash) ?? [];

const PLAYREADY = /^com\.microsoft\.playready/;

if (KID !== undefined) {
  const ask = navigator.requestMediaKeySystemAccess.bind(navigator);
  navigator.requestMediaKeySystemAccess = async (system, configurations) => {
    if (!PLAYREADY.test(system))
      throw new DOMException(`${system} is not there`, "NotSupportedError");
    const access = await ask(
      "org.w3.clearkey",
      configurations.map(
        ({ audioCapabilities = [], videoCapabilities = [] }) => ({
          initDataTypes: ["keyids"],
          audioCapabilities: audioCapabilities.map(typeAlone),
          videoCapabilities: videoCapabilities.map(typeAlone),
        }),
      ),
    );
    return named(access, system);
  };

  // shaka-player asks here.
  const capabilities = navigator.mediaCapabilities;
  const decode = capabilities.decodingInfo.bind(capabilities);
  capabilities.decodingInfo = async ({
    keySystemConfiguration: asked,
    ...media
  }) => {
    if (asked === undefined || !PLAYREADY.test(asked.keySystem))
      return decode({
        ...media,
        ...(asked && { keySystemConfiguration: asked }),
      });
    const { audio, video } = asked;
    const info = await decode({
      ...media,
      keySystemConfiguration: {
        ...{ keySystem: "org.w3.clearkey", initDataType: "keyids" },
        ...(audio && { audio: {} }),
        ...(video && { video: {} }),
      },
    });
    if (info.keySystemAccess) named(info.keySystemAccess, asked.keySystem);
    return info;
  };

  // The message of Clear Key is none that a PlayReady server would understand.
  const create = MediaKeys.prototype.createSession;
  MediaKeys.prototype.createSession = function (...args) {
    const session = create.apply(this, args);
    session.addEventListener("message", (event) =>
      event.stopImmediatePropagation(),
    );
    return session;
  };

  const generate = MediaKeySession.prototype.generateRequest;
  MediaKeySession.prototype.generateRequest = async function (_, data) {
    const kid = base64Url(kidInHeader(new Uint8Array(data.buffer ?? data)));
    const wanted = new TextEncoder().encode(JSON.stringify({ kids: [kid] }));
    await generate.call(this, "keyids", wanted);
    if (kid !== base64Url(bytesOf(KID))) return; // no licence for that
    const key = { kty: "oct", kid, k: base64Url(bytesOf(KEY)) };
    await this.update(
      new TextEncoder().encode(JSON.stringify({ keys: [key] })),
    );
  };
}

function named(access, system) {
  Object.defineProperty(access, "keySystem", { value: system });
  return access;
}

function typeAlone({ contentType }) {
  return { contentType };
}

/** Of the WRMHEADER in a PlayReady object, wherever in these bytes it begins. */
function kidInHeader(bytes) {
  for (const start of [0, 1]) {
    const text = new TextDecoder("utf-16le").decode(bytes.subarray(start));
    const [, kid] = /<KID>([^<]+)<\/KID>/.exec(text) ?? [];
    if (kid === undefined) continue;
    const guid = Uint8Array.from(atob(kid), (letter) => letter.charCodeAt(0));
    const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
    return Uint8Array.from(order, (from) => guid[from]);
  }
  throw new Error("no KID in the header");
}

function bytesOf(hex) {
  return Uint8Array.from(hex.match(/../g), (digits) =>
    Number.parseInt(digits, 16),
  );
}

function base64Url(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
