/** What a rebuild found to be wrong, and put right unless it was a dry run. */
export interface Rebuilt {
  /** Customers looked at. */
  customers: number;
  /** Those whose previous values were missing, and those whose were wrong. */
  missing: number;
  wrong: number;
  /** Changes that nobody would have evaluated, queued again. */
  queued: number;
  /** Entries of the queue whose change is evaluated already or is gone, taken off. */
  unqueued: number;
  /** Changes without an evaluation between evaluated ones: recorded as failed, so that they are seen and can be retried. */
  lost: number;
}

export const NOTHING_REBUILT: Rebuilt = { customers: 0, missing: 0, wrong: 0, queued: 0, unqueued: 0, lost: 0 };

export function addRebuilt(one: Rebuilt, other: Rebuilt): Rebuilt {
  return {
    customers: one.customers + other.customers,
    missing: one.missing + other.missing,
    wrong: one.wrong + other.wrong,
    queued: one.queued + other.queued,
    unqueued: one.unqueued + other.unqueued,
    lost: one.lost + other.lost,
  };
}
