import type { Facts, Rating, Source } from "../../rules/facts.ts";
import type { DelayMode } from "../organizations.ts";
import type { CauseStep } from "../writes/recordChanges.ts";

/** A queued change with what its evaluation needs. */
export interface QueuedChange {
  id: string;
  lane: 0 | 1;
  customerId: string;
  version: number;
  kind: "created" | "updated";
  source: Source;
  rulesetNumber: number;
  rootId: string;
  cause: CauseStep[];
  before: Facts | null;
  after: Facts;
  /** ISO instant of the write. */
  createdAt: string;
  /** The version that the customer was last evaluated at. */
  tracked: number;
  /** Whether it is the customer's exclusion or came after it. */
  excluded: boolean;
}

/** The organization as evaluation needs it. */
export interface EvaluationScope {
  organizationId: string;
  timeZone: string;
  locale: string;
  currency: string;
  delayMode: DelayMode;
  /** The day (ISO) as of which a night has last looked at everybody; null before the first. */
  ratingsAsOf: string | null;
  shards: number;
  rulesetNumber: number;
  rulesStopped: boolean;
  /** Whether its rules remember anything of any customer: timers that wait, thresholds that have fired. */
  remembers: boolean;
  /** The instant of all that is judged in the transaction: Postgres' own, or the tracker's where that is later. */
  at: string;
}

/** The previous values of one customer, as the tracker mirrors them. */
export interface TrackedValues {
  customerId: string;
  outstanding: number;
  /** Days, the nearest double of the exact value. */
  averagePaymentDelay: number | null;
  rating: Rating | null;
  version: number;
}

/** What one batch came to. */
export interface BatchOutcome {
  /** Changes taken off the queue; 0 means that nothing is ready. */
  evaluated: number;
  matched: number;
  failed: number;
  /** Notifications that now wait for a run workflow. */
  planned: number;
  customers: TrackedValues[];
}
