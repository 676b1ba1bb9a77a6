import { messageOf, PackError } from "../errors.js";
import type { Settings } from "./settings.js";

/** From the first process to a worker. */
export type ToWorker =
  | { readonly type: "serve"; readonly settings: Settings }
  | { readonly type: "close" };

/** From a worker to the first process. */
export type FromWorker =
  /** It listens to messages: those sent before are lost. */
  | { readonly type: "here" }
  | { readonly type: "ready"; readonly port: number }
  | { readonly type: "refused"; readonly error: Refusal }
  /** Whole lines of the access log: one process alone writes them. */
  | { readonly type: "log"; readonly lines: string }
  | { readonly type: "trouble"; readonly sentence: string };

/** A PackError `usage` as plain data. */
export interface Refusal {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Why a worker cannot begin. */
export function refusalOf(error: unknown): Refusal {
  const { hint, facts } =
    error instanceof PackError ? error : { hint: undefined, facts: {} };
  return { message: messageOf(error), hint, facts };
}

export function errorOf({ message, hint, facts }: Refusal): PackError {
  return new PackError("usage", message, {
    facts,
    ...(hint !== undefined && { hint }),
  });
}
