/**
 * Rooms are the folders under src. A room imports only from lower floors, and not from rooms on
 * its own floor. To add a room: a name here, on a floor above all rooms that it uses.
 */
export const FLOORS = [
  ["cli", "index.ts"],
  ["queue"],
  ["batch", "tasks"],
  ["pipeline"],
  ["mp4"],
  ["mux"],
  ["tracks", "output", "quality"],
  ["encode", "scan"],
  ["plan", "verify", "serve"],
  ["probe", "drm", "audience", "clients", "repair", "dash-hls"],
  ["smooth", "ffmpeg"],
  ["codecs", "captions", "store"],
  ["isobmff"],
  ["util"],
  ["media", "errors.ts"],
];

/** Code for browsers: it is bundled separately, and serve sends it as files. */
const APART = ["player"];

/** Rooms on lower floors that a room still must not use. */
const STRANGERS = {
  // The verifier trusts no result of a run: it reads the files on the disk.
  verify: ["probe"],
  // The origin reads packages from the disk, as if another program had made them.
  serve: ["probe", "audience"],
  // Logs of any origin contain only addresses, so the report needs none of these rooms.
  audience: ["ffmpeg", "codecs", "isobmff", "media"],
  // Publishing a package does not depend on its contents.
  output: ["encode", "serve", "audience"],
  mux: ["output", "verify", "serve", "audience", "probe"],
  tracks: ["verify", "serve", "audience"],
  pipeline: ["serve", "audience"],
  batch: ["serve", "audience"],
  tasks: ["serve", "audience"],
  // It tells what lies there, as verify and repair do.
  scan: ["plan", "serve", "probe", "audience"],
};

/** Each larger dependency has one place. */
const PLACES = {
  mp4box: { package: "node_modules/mp4box", in: ["isobmff/source"] },
  "fluent-ffmpeg": {
    package: "node_modules/fluent-ffmpeg",
    in: ["ffmpeg/command"],
  },
  xmlbuilder2: {
    package: "node_modules/xmlbuilder2",
    in: ["util/xml-writer"],
  },
  // Indexes, stills, and packed manifests.
  "lru-cache": {
    package: "node_modules/lru-cache",
    in: ["serve/catalogue", "serve/pictures", "serve/gzip"],
  },
  // Manifests; documents that may hold keys; XML from users for a header.
  saxes: {
    package: "node_modules/saxes",
    in: ["util/xml", "drm/custom-attributes", "captions/ttml"],
  },
  // Readers of captions: each in its file, loaded when a file of that kind is read.
  subtitle: { package: "node_modules/subtitle", in: ["captions/srt"] },
  "videojs-vtt.js": {
    package: "node_modules/videojs-vtt\\.js",
    in: ["captions/web-vtt"],
  },
  imsc: { package: "node_modules/imsc", in: ["captions/ttml"] },
  "@svta/cml-608": {
    package: "node_modules/@svta/cml-608",
    in: ["captions/cea608"],
  },
  // An optional peer, loaded when an s3:// address is used.
  "aws-sdk": { package: "node_modules/@aws-sdk", in: ["store/connect"] },
  // Code that starts a program must keep keys out of its environment: util/secrets.ts.
  child_process: {
    package: "^(node:)?child_process$",
    in: ["ffmpeg/run", "cli/open-browser", "queue/task-process"],
  },
};

const path = (names) =>
  `^src/(${names.map((name) => (name.includes(".") ? name.replace(".", "\\.") + "$" : `${name}/`)).join("|")})`;

const floorRules = FLOORS.flatMap((rooms, i) =>
  rooms.flatMap((room) => {
    const beside = rooms.filter((other) => other !== room);
    const names = [...FLOORS.slice(0, i).flat(), ...beside, ...APART];
    return {
      name: `${room}-imports-from-below`,
      severity: "error",
      from: { path: path([room]) },
      to: { path: path(names) },
    };
  }),
);

const strangerRules = Object.entries(STRANGERS).map(([room, strangers]) => ({
  name: `${room}-does-not-know-${strangers.join("-")}`,
  severity: "error",
  from: { path: path([room]) },
  to: { path: path(strangers) },
}));

const placeRules = Object.entries(PLACES).map(
  ([name, { package: dependency, in: places }]) => ({
    name: `${name}-has-its-place`,
    severity: "error",
    from: { path: "^src/", pathNot: `^src/(${places.join("|")})\\.ts$` },
    to: { path: dependency },
  }),
);

export default {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "every-room-has-a-floor",
      severity: "error",
      from: { path: "^src/", pathNot: path([...FLOORS.flat(), ...APART]) },
      to: {},
    },
    ...floorRules,
    ...strangerRules,
    {
      name: "the-player-runs-in-browsers",
      severity: "error",
      from: { path: "^src/player/" },
      to: {
        pathNot: "^src/player/|(node_modules/|^)(dashjs|hls\\.js)/",
      },
    },
    {
      name: "one-folder-knows-players",
      severity: "error",
      from: { path: "^src/player/(?!engine/)" },
      to: { path: "(node_modules/|^)(dashjs|hls\\.js)" },
    },
    ...placeRules,
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
  },
};
