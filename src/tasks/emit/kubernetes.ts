import { shellWord } from "../../util/format.js";
import { head, type Emitted, type ScheduledJob, type Stage } from "./job.js";

/**
 * An Indexed Job for each stage: kubernetes.io/docs/concepts/workloads/controllers/job. Exit code 75 and a lost pod
 * count as a try of that index; every other failure ends it at once (podFailurePolicy).
 */
export function kubernetes(job: ScheduledJob): Emitted {
  const stages = job.stages.map(
    (stage, i) => `stage ${i} <<'YAML'
${manifest(job, i, stage)}YAML
`,
  );
  const last = job.stages.length;
  const text = `${head(job, "runs all steps as Jobs of Kubernetes, and waits for them.")}
# An image with ffmpeg and mss-pack, and a claim of a volume that all nodes may write.
: "\${MSS_PACK_IMAGE:?Expected the name of an image.}"
: "\${MSS_PACK_CLAIM:?Expected the name of a PersistentVolumeClaim.}"
# Where the volume is mounted: the plan's paths must lie below.
: "\${MSS_PACK_MOUNT:?Expected the path of the volume in the plan's paths.}"

stage() { # stage NUMBER: a Job from stdin, to its end
  sed -e "s|@IMAGE@|$MSS_PACK_IMAGE|" -e "s|@CLAIM@|$MSS_PACK_CLAIM|" -e "s|@MOUNT@|$MSS_PACK_MOUNT|" \\
    -e "s|@MSS_PACK@|$MSS_PACK|" | kubectl apply -f -
  until kubectl wait --for=condition=complete --timeout=10s "job/${job.name}-$1" 2>/dev/null; do
    if kubectl wait --for=condition=failed --timeout=1s "job/${job.name}-$1" 2>/dev/null; then
      kubectl logs --tail=20 -l "job-name=${job.name}-$1" >&2
      exit 1
    fi
  done
}

${stages.join("\n")}
stage ${last} <<'YAML'
${manifest(job, last, undefined)}YAML
`;
  return {
    files: [{ name: "k8s.sh", text, isProgram: true }],
    start: `sh ${shellWord(`${job.work}/k8s.sh`)}`,
  };
}

function manifest(
  job: ScheduledJob,
  number: number,
  stage: Stage | undefined,
): string {
  const step =
    stage === undefined
      ? "package"
      : `"$((${stage.first} + JOB_COMPLETION_INDEX))"`;
  const command = `@MSS_PACK@ task ${shellWord(job.plan)} ${step}`;
  const size = stage?.count ?? 1;
  return `apiVersion: batch/v1
kind: Job
metadata:
  name: ${job.name}-${number}
spec:
  completionMode: Indexed
  completions: ${size}
  parallelism: ${size}
  backoffLimitPerIndex: 3
  podFailurePolicy:
    rules:
      - action: Count
        onExitCodes: { operator: In, values: [75, 137, 143] }
      - action: Count
        onPodConditions: [{ type: DisruptionTarget }]
      - action: FailIndex
        onExitCodes: { operator: NotIn, values: [0] }
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: step
          image: "@IMAGE@"
          command: [sh, -c, ${JSON.stringify(command)}]
          resources: { requests: { cpu: "1", memory: ${job.memory}Mi } }
          volumeMounts: [{ name: films, mountPath: "@MOUNT@" }]
      volumes:
        - name: films
          persistentVolumeClaim: { claimName: "@CLAIM@" }
`;
}
