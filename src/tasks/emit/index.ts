import { awsBatch } from "./aws-batch.js";
import type { Emit } from "./job.js";
import { kubernetes } from "./kubernetes.js";
import { make } from "./make.js";
import { parallel } from "./parallel.js";
import { slurm } from "./slurm.js";

/** The door for a new scheduler: one file and one row. */
export const SCHEDULERS = {
  slurm,
  k8s: kubernetes,
  "aws-batch": awsBatch,
  parallel,
  make,
} as const satisfies Record<string, Emit>;

export type SchedulerName = keyof typeof SCHEDULERS;
