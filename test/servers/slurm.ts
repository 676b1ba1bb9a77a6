import { randomBytes } from "node:crypto";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { findProgram, run } from "../support/programs.js";
import { freePort } from "../support/free-port.js";
import { startDaemon, type Daemon } from "./daemon.js";
import { until } from "./until.js";

/** Debian keeps servers beside the folders in which users other than root look. */
const [munged, slurmctld, slurmd, sbatch] = await Promise.all([
  findProgram("munged", "../sbin/munged"),
  findProgram("slurmctld", "../sbin/slurmctld"),
  findProgram("slurmd", "../sbin/slurmd"),
  findProgram("sbatch"),
]);

export const missingForSlurm = Object.entries({ munged, slurmctld, slurmd })
  .concat([["sbatch", sbatch]])
  .filter(([, path]) => path === undefined)
  .map(([name]) => name);

export interface Slurm {
  /** What sbatch, squeue and others need to find it. */
  readonly env: { readonly SLURM_CONF: string };
  /** Ends all jobs too. */
  stop(): Promise<void>;
}

/** Starts Slurm with one node of two cores, without accounting, as the user who runs this. */
export async function startSlurm(folder: string): Promise<Slurm> {
  const place = (name: string) => join(folder, name);
  await mkdir(folder, { recursive: true });
  for (const name of ["state", "spool"]) await mkdir(place(name));
  const socket = place("munge.socket");
  const conf = place("slurm.conf");
  const env = { SLURM_CONF: conf };
  await writeFile(conf, await configuration(folder, socket));
  // Containers have no systemd; it is looked for beside slurm.conf.
  await writeFile(place("cgroup.conf"), "IgnoreSystemd=yes\n");
  const daemons = [await startMunge(folder, socket)];
  daemons.push(
    startDaemon(slurmctld ?? "", ["-D", "-f", conf]),
    startDaemon(slurmd ?? "", ["-D", "-f", conf, "-N", NODE]),
  );
  await until("slurmd", () => idle(env, daemons)).catch((error: unknown) => {
    const words = daemons.map((daemon) => daemon.words()).join("\n");
    throw new Error(`Slurm does not start:\n${words}`, { cause: error });
  });
  let stopped: Promise<void> | undefined;
  return { env, stop: () => (stopped ??= stop(env, daemons)) };
}

const NODE = "node1";

async function configuration(folder: string, socket: string): Promise<string> {
  const user = userInfo().username;
  const [ctldPort, slurmdPort] = [await freePort(), await freePort()];
  return `
ClusterName=test
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=${ctldPort}
AuthType=auth/munge
AuthInfo=socket=${socket}
CredType=cred/munge
SlurmUser=${user}
SlurmdUser=${user}
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
MailProg=/bin/true
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1
ReturnToService=2
KillWait=2
NodeName=${NODE} NodeAddr=127.0.0.1 NodeHostname=localhost Port=${slurmdPort} CPUs=2 RealMemory=2000 State=UNKNOWN
PartitionName=main Nodes=${NODE} Default=YES MaxTime=INFINITE State=UP
`;
}

/** It signs what the parts of Slurm say to each other. */
async function startMunge(folder: string, socket: string): Promise<Daemon> {
  const key = join(folder, "munge.key");
  await writeFile(key, randomBytes(128), { mode: 0o600 });
  await chmod(folder, 0o755);
  const daemon = startDaemon(munged ?? "", [
    ...["--foreground", "--force", "--num-threads=2"],
    ...[`--socket=${socket}`, `--key-file=${key}`],
    ...[`--pid-file=${folder}/munged.pid`, `--seed-file=${folder}/munge.seed`],
    `--log-file=${folder}/munged.log`,
  ]);
  await until("munged", async () => {
    daemon.requireAlive();
    await run("munge", [`--socket=${socket}`, "--no-input"]);
    return true;
  });
  return daemon;
}

async function idle(
  env: Slurm["env"],
  daemons: readonly Daemon[],
): Promise<true | undefined> {
  for (const daemon of daemons) daemon.requireAlive();
  const state = await ask(env, "sinfo", ["-h", "-o", "%t"]);
  return state === "idle" ? true : undefined;
}

async function stop(
  env: Slurm["env"],
  daemons: readonly Daemon[],
): Promise<void> {
  await ask(env, "scancel", ["--user", userInfo().username, "--full"]);
  await until("the end of all jobs", async () =>
    (await ask(env, "squeue", ["-h"])) === "" ? true : undefined,
  );
  for (const daemon of [...daemons].reverse()) await daemon.end("SIGTERM");
}

async function ask(
  { SLURM_CONF }: Slurm["env"],
  program: string,
  args: readonly string[],
): Promise<string> {
  const env = { ...process.env, SLURM_CONF };
  const { stdout } = await run(program, args, { env });
  return stdout.toString().trim();
}
