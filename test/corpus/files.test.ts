import { FILES } from "./corpus.js";
import { testRows } from "./run-row.js";

testRows(FILES);
