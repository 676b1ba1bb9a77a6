import { checkPreset } from "../../src/plan/read-preset.js";

const RUNG = { name: "720p", width: 1280, height: 720, bitrate: "2800k" };
const AUDIO = { bitrate: "128k" };

type Changes = Readonly<Record<string, unknown>>;

/** A preset with the least it can say, and these fields changed. */
export function check(changes: Changes): unknown {
  return checkPreset({ rungs: [RUNG], audio: AUDIO, ...changes }, "x");
}

/** The same, with fields of its second rung changed. */
export function checkSecondRung(changes: Changes): unknown {
  return check({ rungs: [RUNG, { ...RUNG, ...changes }] });
}

/** The same, with fields of its sound changed. */
export function checkAudio(changes: Changes): unknown {
  return check({ audio: { ...AUDIO, ...changes } });
}
