import { shellWord } from "../../util/format.js";
import { head, type Emitted, type ScheduledJob } from "./job.js";

/** Slurm takes no larger arrays by itself: MaxArraySize is 1001. */
const MOST = 1000;

/** A job array for each stage, and the package behind them: slurm.schedmd.com/job_array.html */
export function slurm(job: ScheduledJob): Emitted {
  const arrays = job.stages.map(({ first, count }) => {
    const parts = Math.ceil(count / MOST);
    const lines = Array.from({ length: parts }, (_, i) => {
      const own = Math.min(MOST, count - i * MOST);
      return `more="$more:$(queue ${first + i * MOST} --array=0-${own - 1})"`;
    });
    return ["more=", ...lines, 'before="--dependency=afterok$more"'].join("\n");
  });
  const submit = `${head(job, "puts all steps into Slurm's queue, and ends. Give it the options of sbatch that your site needs, such as --partition=long or --mem=0.")}
export MSS_PACK plan
queue() { # queue FIRST OPTIONS OF SBATCH...
  first=$1
  shift
  id=$(FIRST=$first sbatch --parsable --requeue --export=ALL --kill-on-invalid-dep=yes \\
    --job-name=${job.name} --mem=${job.memory}M --cpus-per-task=1 \\
    --output=${shellWord(`${job.work}/slurm-%A_%a.log`)} \\
    $before "$@" $options ${shellWord(`${job.work}/slurm-step.sh`)})
  echo "\${id%%;*}" # a cluster's name may follow
}
options=$*
before=
${arrays.join("\n")}
last=$(queue package)
echo "job $last makes the package"
`;
  return {
    files: [
      { name: "slurm.sh", text: submit, isProgram: true },
      { name: "slurm-step.sh", text: STEP, isProgram: true },
    ],
    start: `sh ${shellWord(`${job.work}/slurm.sh`)}`,
  };
}

const STEP = `#!/bin/sh
# One step of the plan. Where it fails by what passes (exit code 75), Slurm queues it again, three times.
case $FIRST in
package) step=package own=$SLURM_JOB_ID ;;
*)
  step=$((FIRST + SLURM_ARRAY_TASK_ID))
  own=\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
  ;;
esac
$MSS_PACK task "$plan" "$step"
code=$?
if [ "$code" = 75 ] && [ "\${SLURM_RESTART_COUNT:-0}" -lt 3 ]; then
  scontrol requeue "$own" && exit 0
fi
exit "$code"
`;
