import { size } from "../../amounts.js";
import type { AudienceFigures } from "../audience-report.js";
import { errorCount, megabits, watchedText, whole } from "../format.js";

export const FIGURE_HEADS = [
  ...["Viewers", "Playbacks", "Watched", "Mbit/s", "Up", "Down"],
  ...["Bytes", "Errors", "Cut off"],
];

/** Under {@link FIGURE_HEADS}. */
export function figureCells(figures: AudienceFigures): string[] {
  return [
    ...[whole(figures.viewers), whole(figures.playbacks)],
    ...[watchedText(figures), megabits(figures.averageBitrate)],
    ...[whole(figures.switchesUp), whole(figures.switchesDown)],
    ...[size(figures.bytes), whole(errorCount(figures))],
    whole(figures.aborted),
  ];
}
