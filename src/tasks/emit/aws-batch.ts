import { shellWord } from "../../util/format.js";
import { head, type Emitted, type ScheduledJob } from "./job.js";

/** AWS Batch takes arrays of 2 to 10,000 jobs: docs.aws.amazon.com/batch/latest/userguide/array_jobs.html */
export function awsBatch(job: ScheduledJob): Emitted {
  const stages = job.stages.map(({ first, count }) => {
    const size = count > 1 ? ` --array-properties size=${count}` : "";
    return `before=$(submit "$(step '"$((${first} + \${AWS_BATCH_JOB_ARRAY_INDEX:-0}))"')"${size})`;
  });
  const text = `${head(job, "submits all steps to AWS Batch, and ends.")}
# The definition's image has ffmpeg and mss-pack, and mounts the folders of the plan's paths (EFS, FSx).
: "\${JOB_QUEUE:?Expected the name of a job queue.}"
: "\${JOB_DEFINITION:?Expected the name of a job definition.}"

step() { # step NUMBER: the command in the container
  printf '%s task %s %s' "$MSS_PACK" ${shellWord(shellWord(job.plan))} "$1"
}

# Exit code 75, and a machine that is taken away, are tried again; every other failure stays.
submit() { # submit COMMAND OPTIONS...
  command=$(printf '%s' "$1" | sed -e 's/\\\\/\\\\\\\\/g' -e 's/"/\\\\"/g')
  shift
  aws batch submit-job --job-name ${job.name} --job-queue "$JOB_QUEUE" --job-definition "$JOB_DEFINITION" \\
    --container-overrides "{\\"command\\":[\\"sh\\",\\"-c\\",\\"$command\\"],\\"resourceRequirements\\":[{\\"type\\":\\"VCPU\\",\\"value\\":\\"1\\"},{\\"type\\":\\"MEMORY\\",\\"value\\":\\"${job.memory}\\"}]}" \\
    --retry-strategy '{"attempts":4,"evaluateOnExit":[{"onExitCode":"75","action":"RETRY"},{"onStatusReason":"Host EC2*","action":"RETRY"},{"onReason":"*","action":"EXIT"}]}' \\
    \${before:+--depends-on "jobId=$before"} "$@" --query jobId --output text
}

before=
${stages.join("\n")}
submit "$(step package)"
`;
  return {
    files: [{ name: "aws-batch.sh", text, isProgram: true }],
    start: `sh ${shellWord(`${job.work}/aws-batch.sh`)}`,
  };
}
