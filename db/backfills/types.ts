import type { Slot } from "../../rules/facts.ts";
import type { SlotValue } from "../../rules/plan.ts";
import type { Filter } from "../../rules/schema.ts";
import type { Actor } from "../writes/types.ts";

export type BackfillStatus =
  | "counting"
  | "awaitingApproval"
  | "queued"
  | "running"
  | "paused"
  | "completed"
  | "cancelled"
  | "failed";

/** Statuses from which nothing moves any more, but by a retry. */
export const ENDED: readonly BackfillStatus[] = ["completed", "cancelled", "failed"];

/** A rule in scope, in the version that it had when the backfill was asked for. */
export interface BackfillRule {
  ruleId: string;
  version: number;
  name: string;
}

/** Customers by what became of them: `changed`, `unchanged`, `failed`, `skipped.<reason>`; and messages: `notifications`. */
export type BackfillCounts = Record<string, number>;

/** A backfill as it is stored. */
export interface Backfill {
  id: string;
  organizationId: string;
  status: BackfillStatus;
  rules: BackfillRule[];
  filter: Filter[];
  dryRun: boolean;
  /** Whether messages are sent; they are counted otherwise. */
  notifications: boolean;
  irreversible: boolean;
  maxPerSecond: number | null;
  actor: Actor;
  approvedBy: Actor | null;
  approvedAt: string | null;
  /** Null until counted. */
  total: number | null;
  counts: BackfillCounts;
  error: string | null;
  createdAt: string;
  queuedAt: string | null;
  startedAt: string | null;
  finishedAt: string | null;
  updatedAt: string;
  /** Seconds that it has been running. */
  ranSeconds: number;
  /** The organization's rules are stopped: nothing moves until they are started again. */
  rulesStopped: boolean;
}

export type ResultStatus = "changed" | "unchanged" | "skipped" | "failed";

/** One slot of a customer that a backfill moved, or would move. */
export interface SlotChange {
  slot: Slot;
  from: SlotValue;
  to: SlotValue;
}

/** What one matched rule came to. */
export interface RuleResult {
  ruleId: string;
  status: string;
  reason?: string;
  lostTo?: { ruleId: string; name: string };
  /** Absent where the record needs no run, and in dry runs. */
  runId?: string;
}

export interface ResultDetails {
  changes?: SlotChange[];
  rules?: RuleResult[];
  /** Messages planned, or only counted. */
  notifications?: number;
  error?: string;
}

/** What became of one customer. */
export interface NewResult {
  customerId: string;
  status: ResultStatus;
  reason: string | null;
  /** The version that was judged. */
  version: number | null;
  details: ResultDetails | null;
}
