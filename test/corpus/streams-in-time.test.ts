import { STREAMS_IN_TIME } from "./corpus.js";
import { testRows } from "./run-row.js";

testRows(STREAMS_IN_TIME);
