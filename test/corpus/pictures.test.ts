import { PICTURES } from "./corpus.js";
import { testRows } from "./run-row.js";

testRows(PICTURES);
