import { FRAME_ROWS } from "./corpus.js";
import { testRows } from "./run-row.js";

testRows(FRAME_ROWS);
