import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect } from "vitest";
import { mssPack } from "../support/cli.js";
import { describeReader, findProgram, run } from "../support/programs.js";
import { fakeProgram, test } from "../support/scratch-folder.js";
import { hashesOf, SMALL_LADDER_FLAGS } from "../tasks/films.js";
import { makeFilm } from "./films.js";
import { missingForSlurm, startSlurm } from "./slurm.js";
import { until } from "./until.js";

const CLI = fileURLToPath(new URL("../../bin/mss-pack.js", import.meta.url));
const env = { ...process.env, MSS_PACK: `${process.execPath} ${CLI}` };
const shell = (line: string, more: object = {}) =>
  run("sh", ["-c", line], { env: { ...env, ...more } });

/** A folder whose name no shell takes for one word. */
async function oddFolder(scratch: string): Promise<string> {
  const folder = join(scratch, "it's a $HOME");
  await mkdir(folder);
  return folder;
}

/** Plans a film for a scheduler, and gives the command that starts it. */
async function emitted(
  film: string,
  folder: string,
  scheduler: string,
): Promise<string> {
  const { stdout, stderr, exitCode } = await mssPack([
    ...[
      "plan",
      film,
      "-o",
      join(folder, "out"),
      "--work",
      join(folder, "work"),
    ],
    ...["--emit", scheduler, "--json", "--reproducible", ...SMALL_LADDER_FLAGS],
  ]);
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  return (JSON.parse(stdout) as { start: string }).start;
}

async function locally(film: string, folder: string) {
  const out = join(folder, "local");
  const { stderr, exitCode } = await mssPack([
    ...[film, "-o", out, "--reproducible", "--quiet", ...SMALL_LADDER_FLAGS],
  ]);
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  return hashesOf(out);
}

async function missing(...programs: string[]): Promise<string[]> {
  const found = await Promise.all(programs.map((name) => findProgram(name)));
  return programs.filter((_, i) => found[i] === undefined);
}

const missingForParallel = await missing("parallel");

describeReader("GNU parallel", missingForParallel, () => {
  test.for(["uneven.mp4", "edited.mp4"])(
    "makes of %s the package that one machine makes",
    async (name, { scratch }) => {
      const folder = await oddFolder(scratch);
      const film = await makeFilm(folder, name);
      await shell(`${await emitted(film, folder, "parallel")} -j 2`);
      expect(await hashesOf(join(folder, "out"))).toEqual(
        await locally(film, folder),
      );
    },
  );
});

describeReader("GNU make", await missing("make"), () => {
  test("makes the same package; again, there is nothing to do", async ({
    scratch,
  }) => {
    const film = await makeFilm(scratch, "cinema.mkv");
    const start = await emitted(film, scratch, "make");
    await shell(start);
    expect(await hashesOf(join(scratch, "out"))).toEqual(
      await locally(film, scratch),
    );
    const { stdout } = await shell(start);
    expect(stdout.toString()).toContain("'package.json' is up to date");
  });
});

describeReader("Slurm", missingForSlurm, () => {
  test.for(["cinema.mkv", "recording.ts"])(
    "makes of %s the package that one machine makes",
    async (name, { scratch }) => {
      const slurm = await startSlurm(join(scratch, "slurm"));
      try {
        const folder = await oddFolder(scratch);
        const film = await makeFilm(folder, name);
        const start = await emitted(film, folder, "slurm");
        const { stdout } = await shell(start, slurm.env);
        expect(stdout.toString()).toMatch(/^job \d+ makes the package\n$/);
        await until("the queue to be empty", () => emptied(slurm.env));
        expect(
          await hashesOf(join(folder, "out")),
          await logsIn(folder),
        ).toEqual(await locally(film, folder));
      } finally {
        await slurm.stop();
      }
    },
  );
});

/** A stand-in for mss-pack that fails once at step 0 with an exit code, and is mss-pack in all else. */
async function failingOnce(folder: string, code: number): Promise<string> {
  const path = join(folder, "failing.sh");
  const lines = [
    `if [ "$3" = 0 ] && mkdir ${folder}/failed 2>/dev/null; then exit ${code}; fi`,
    `echo "$3" >>${folder}/steps.txt`,
    `exec ${env.MSS_PACK} "$@"`,
  ];
  await writeFile(path, lines.join("\n"));
  return `sh ${path}`;
}

describe("a step that fails", () => {
  const slurmOf = async (scratch: string) =>
    missingForSlurm.length === 0
      ? await startSlurm(join(scratch, "slurm"))
      : undefined;

  test.skipIf(missingForSlurm.length > 0).for([
    [75, true],
    [3, false],
  ] as const)(
    "in Slurm, with exit code %i: is tried again %s",
    async ([code, isTried], { scratch }) => {
      const slurm = await slurmOf(scratch);
      try {
        const film = await makeFilm(scratch, "cinema.mkv");
        const start = await emitted(film, scratch, "slurm");
        const MSS_PACK = await failingOnce(scratch, code);
        await shell(start, { ...slurm?.env, MSS_PACK });
        await until("the queue to be empty", () => emptied(slurm?.env));
        const isMade = await hashesOf(join(scratch, "out")).then(
          () => true,
          () => false,
        );
        expect(isMade, await logsIn(scratch)).toBe(isTried);
      } finally {
        await slurm?.stop();
      }
    },
  );

  test.skipIf(missingForParallel.length > 0).for([
    [75, true],
    [3, false],
  ] as const)(
    "in GNU parallel, with exit code %i: is tried again %s",
    async ([code, isTried], { scratch }) => {
      const film = await makeFilm(scratch, "cinema.mkv");
      const start = await emitted(film, scratch, "parallel");
      const MSS_PACK = await failingOnce(scratch, code);
      const isMade = await shell(start, { MSS_PACK }).then(
        () => true,
        () => false,
      );
      expect(isMade).toBe(isTried);
    },
  );
});

/** Kubernetes and AWS are nowhere near: these do what the scripts ask of them, at once and one by one. */
const STAND_INS = {
  k8s: [
    "kubectl",
    `[ "$1" = apply ] || exit 0
job=$(cat)
count=$(printf '%s' "$job" | sed -n 's/^  completions: //p')
command=$(printf '%s' "$job" | node -p 'JSON.parse(/command: (.*)/.exec(fs.readFileSync(0, "utf8"))[1].replace("[sh, -c, ", "[").trim())[0]')
i=0
while [ $i -lt "$count" ]; do
  JOB_COMPLETION_INDEX=$i sh -c "$command" || exit 1
  i=$((i + 1))
done`,
  ],
  "aws-batch": [
    "aws",
    `size=1
while [ $# -gt 0 ]; do
  case $1 in
  --container-overrides) overrides=$2 ;;
  --array-properties) size=\${2#size=} ;;
  esac
  shift
done
command=$(printf '%s' "$overrides" | node -p 'JSON.parse(fs.readFileSync(0, "utf8")).command[2]')
i=0
while [ $i -lt "$size" ]; do
  if [ "$size" = 1 ]; then unset AWS_BATCH_JOB_ARRAY_INDEX; else export AWS_BATCH_JOB_ARRAY_INDEX=$i; fi
  sh -c "$command" >&2 || exit 1
  i=$((i + 1))
done
echo 0b1c2d3e`,
  ],
} as const;

describe("scripts for schedulers of others", () => {
  test.for(Object.entries(STAND_INS))(
    "%s: each of its commands does its step",
    async ([scheduler, [program, script]], { scratch }) => {
      await fakeProgram(scratch, program, script);
      const folder = await oddFolder(scratch);
      const film = await makeFilm(folder, "cinema.mkv");
      const start = await emitted(film, folder, scheduler);
      await shell(start, {
        PATH: `${scratch}:${process.env["PATH"]}`,
        ...{ JOB_QUEUE: "films", JOB_DEFINITION: "mss-pack:1" },
        ...{ MSS_PACK_IMAGE: "mss-pack", MSS_PACK_CLAIM: "films" },
        MSS_PACK_MOUNT: scratch,
      });
      expect(await hashesOf(join(folder, "out"))).toEqual(
        await locally(film, folder),
      );
    },
  );
});

/** Is nothing left in the queue? Slurm waits two minutes before it begins a job again: that is not waited for. */
async function emptied(env: object = {}): Promise<true | undefined> {
  const { stdout } = await shell("squeue -h -o '%A %r'", env);
  const again = /^(\d+) BeginTime$/m.exec(stdout.toString())?.[1];
  if (again !== undefined)
    await shell(`scontrol update JobId=${again} StartTime=now`, env);
  return stdout.length === 0 ? true : undefined;
}

/** What the jobs have written. */
async function logsIn(folder: string): Promise<string> {
  const work = join(folder, "work");
  const logs = (await readdir(work)).filter((name) => name.endsWith(".log"));
  const texts = await Promise.all(
    logs.map((name) => readFile(join(work, name), "utf8")),
  );
  return texts.join("");
}
