// `npm run lint:imports`: checks the rules of .dependency-cruiser.js and the size of the source. It
// prints its counts, and fails when one is over its limit.
import { readFileSync } from "node:fs";
import { cruise } from "dependency-cruiser";
import extractOptions from "dependency-cruiser/config-utl/extract-depcruise-options";
import extractTsConfig from "dependency-cruiser/config-utl/extract-ts-config";
import { FLOORS } from "../.dependency-cruiser.js";

const LIMITS = {
  rooms: 30,
  layers: 15,
  "arrows up": 0,
  cycles: 0,
  "loose files": 2,
  "files loaded too early": 0,
  // 400 at first. Raise it only for new abilities, such as several languages or captions.
  files: 781,
  // PackageDetail and PackageSummary: serve sends them, and the player, which imports no other room, takes them.
  "names exported twice": 2,
};

/** What must be loaded when it is needed, and not with these: a command's start is felt each time. */
const LATE = {
  "src/cli/program.ts": [
    "src/ffmpeg/command.ts",
    "src/isobmff/source.ts",
    "src/pipeline/pack.ts",
    "src/pipeline/mux.ts",
    "src/verify/verify.ts",
    "src/serve/serve.ts",
  ],
  "src/pipeline/mux.ts": [
    "src/smooth/write-manifests.ts",
    "src/plan/plan.ts",
    "src/ffmpeg/command.ts",
    "src/verify/verify.ts",
  ],
};

const { output } = await cruise(
  ["src"],
  await extractOptions("./.dependency-cruiser.js"),
  undefined,
  { tsConfig: extractTsConfig("tsconfig.json") },
);
const { modules, summary } = output;

const own = modules.filter(({ source }) => /^src\/.*\.ts$/.test(source));
const roomOf = (file) => file.split("/")[1];
const rooms = new Set(own.map(({ source }) => roomOf(source)));
const folders = [...rooms].filter((room) => !room.endsWith(".ts"));

/** From room to room, with how many imports. */
const arrows = new Map([...rooms].map((room) => [room, new Set()]));
for (const { source, dependencies } of own)
  for (const { resolved } of dependencies)
    if (resolved.startsWith("src/") && roomOf(resolved) !== roomOf(source))
      arrows.get(roomOf(source)).add(roomOf(resolved));

const floorOf = (room) => FLOORS.findIndex((names) => names.includes(room));
const isUp = ([from, to]) => floorOf(from) >= floorOf(to);
const pairs = [...arrows].flatMap(([from, tos]) =>
  [...tos].map((to) => [from, to]),
);

/** The longest way down from a room. */
const heights = new Map();
function height(room, above = new Set()) {
  if (above.has(room)) return 0; // a circle: reported separately
  if (!heights.has(room)) {
    const below = [...arrows.get(room)].map((next) =>
      height(next, new Set([...above, room])),
    );
    heights.set(room, 1 + Math.max(0, ...below));
  }
  return heights.get(room);
}

/** All that is loaded with a file: neither types, nor what `import()` loads. */
function loadedWith(file, loaded = new Set()) {
  if (loaded.has(file)) return loaded;
  loaded.add(file);
  const module = own.find(({ source }) => source === file);
  for (const { resolved, dynamic, dependencyTypes } of module?.dependencies ??
    [])
    if (!dynamic && !dependencyTypes.includes("type-only"))
      loadedWith(resolved, loaded);
  return loaded;
}
for (const file of Object.entries(LATE).flat(2))
  if (!own.some(({ source }) => source === file))
    throw new Error(`${file}: is not there. Expected in LATE files of src.`);
const tooEarly = Object.entries(LATE).flatMap(([file, late]) => {
  const loaded = loadedWith(file);
  return late.filter((one) => loaded.has(one)).map((one) => [file, one]);
});

const texts = own.map(({ source }) => readFileSync(source, "utf8"));
const lines = texts
  .map((text) => text.split("\n").length)
  .sort((a, b) => a - b);

const DECLARED =
  /^export (?:async |abstract )?(?:function\*?|class|interface|type|const|enum) (\w+)/gm;
const names = texts.flatMap((text) => [
  ...new Set([...text.matchAll(DECLARED)].map(([, name]) => name)),
]);
const twice = names.filter((name, i) => names.indexOf(name) !== i);
const counts = {
  rooms: folders.length,
  layers: Math.max(...[...rooms].map((room) => height(room))),
  arrows: pairs.length,
  "arrows up": pairs.filter(isUp).length,
  cycles: own.filter(({ dependencies }) =>
    dependencies.some(({ circular }) => circular),
  ).length,
  "loose files": rooms.size - folders.length,
  "files loaded too early": tooEarly.length,
  files: own.length,
  "names exported twice": twice.length,
  "lines of the median file": lines[Math.floor(lines.length / 2)],
};

for (const { rule, from, to } of summary.violations)
  console.error(`${rule.name}: ${from} -> ${to}`);
for (const [file, late] of tooEarly)
  console.error(`${file} loads ${late}. Expected import() where it is needed.`);
const tooMany = Object.entries(LIMITS).filter(
  ([what, limit]) => counts[what] > limit,
);
for (const [what, limit] of tooMany)
  console.error(`${what}: ${counts[what]}. Expected at most ${limit}.`);
if (tooMany.some(([what]) => what === "names exported twice"))
  console.error(twice.join(", "));
console.log(
  Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(", "),
);
process.exitCode = summary.error > 0 || tooMany.length > 0 ? 1 : 0;
