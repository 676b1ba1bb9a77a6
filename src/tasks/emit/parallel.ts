import { shellWord } from "../../util/format.js";
import { head, type Emitted, type ScheduledJob } from "./job.js";

/** GNU parallel, on one machine or with --sshloginfile on many: man parallel(1). */
export function parallel(job: ScheduledJob): Emitted {
  const stages = job.stages.map(
    ({ first, count }) =>
      `seq ${first} ${first + count - 1} | parallel --halt now,fail=1 "$@" sh ${shellWord(shellWord(`${job.work}/parallel.sh`))} --step`,
  );
  const text = `${head(job, "does all steps with GNU parallel. Give it options of parallel, such as -j 4 or --sshloginfile FILE.")}
# Exit code 75 passes: the step is tried again, three times.
if [ "\${1:-}" = --step ]; then
  tries=0
  until $MSS_PACK task "$plan" "$2"; do
    code=$?
    tries=$((tries + 1))
    [ "$code" = 75 ] && [ "$tries" -le 3 ] || exit "$code"
    sleep "$((tries * 5))"
  done
  exit 0
fi
export MSS_PACK
${stages.join("\n")}
exec sh ${shellWord(`${job.work}/parallel.sh`)} --step package
`;
  return {
    files: [{ name: "parallel.sh", text, isProgram: true }],
    start: `sh ${shellWord(`${job.work}/parallel.sh`)}`,
  };
}
