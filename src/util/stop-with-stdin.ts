/** Set for a task that a worker starts: the task stops when its standard input ends, as it does when the worker is gone. */
export const STOP_WITH_STDIN = "MSS_PACK_STOP_WITH_STDIN";
