import { trimSlice } from "../db/schedules/retention.ts";
import type { TrimInput, TrimProgress } from "../workflows/contract.ts";
import { beating } from "./beating.ts";
import type { ActivityContext } from "./context.ts";

/** One activity works about this long, so that the workflow shows progress in between. */
const SLICE_MS = 5_000;

/** Trims what is past its time for some seconds, or until nothing is left. */
export function trimHistory({ sql }: ActivityContext, { position }: TrimInput): Promise<TrimProgress> {
  return beating((stop) => {
    const until = performance.now() + SLICE_MS;
    return trimSlice(sql, position, () => performance.now() < until && !stop.aborted);
  });
}
