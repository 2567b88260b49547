import type { Facts } from "../../rules/facts.ts";
import type { Match, PlannedRun } from "../../rules/plan.ts";
import type { CustomerRow } from "../customerRow.ts";
import type { CauseStep, NewChange } from "../writes/recordChanges.ts";
import type { TimelineEntry } from "../writes/timelineEntries.ts";
import type { Breaker } from "./breaker.ts";
import type { Cooldowns } from "./cooldowns.ts";
import type { Directory } from "./directory.ts";
import type { PlannedNotification } from "./planNotifications.ts";
import type { EvaluationScope } from "./types.ts";

export type RunKind = "change" | "exit" | "backfill" | "replay";

/** Why rules act on a customer: a change just judged, a timer that is due, a backfill's page, a replay. */
export interface Occasion {
  changeId: string;
  customerId: string;
  /** A slot that was written for a newer change is superseded. */
  version: number;
  /** The change that slots are written for: `version`, or the customer's present one where the rules compete as a new change would. */
  writtenFor: number;
  before: Facts | null;
  after: Facts;
  rootId: string;
  cause: CauseStep[];
  lane: 0 | 1;
}

/** A match with the run that it becomes, or that goes on. */
export interface ActingMatch extends Match {
  ruleVersion: number;
  kind: RunKind;
  backfillId?: string;
  replayOf?: string;
  /** The run that waited or was held, with what became of its actions before `start`. */
  standing?: { id: string; actions: Record<string, unknown>[] };
  /** Its notifications are counted on the run and not sent. */
  silent?: boolean;
}

/** A run about to be recorded. */
export interface NewRun {
  id: string;
  ruleId: string;
  ruleVersion: number;
  customerId: string;
  changeId: string;
  rootId: string;
  cause: CauseStep[];
  kind: RunKind;
  backfillId: string | null;
  replayOf: string | null;
  status: string;
  reason: string | null;
  actions: Record<string, unknown>[];
  /** Whether it stands in Postgres already and goes on. */
  isStanding: boolean;
}

/** A timer about to be set. */
export interface NewTimer {
  id: string;
  shard: number;
  customerId: string;
  kind: "forDays" | "wait";
  ruleId: string;
  ruleVersion: number;
  changeId: string;
  place: number | null;
  runId: string | null;
  dueAt: string;
}

/** What rules did on one occasion, before it is written. */
export interface Effects {
  runs: NewRun[];
  notifications: PlannedNotification[];
  timeline: TimelineEntry[];
  timers: NewTimer[];
  /** The one change that all of it made. */
  raised: NewChange | null;
}

/** One match's part in them. */
export interface Acted {
  planned: PlannedRun;
  match: ActingMatch;
  /** Null where the record needs none. */
  run: NewRun | null;
}

/** What acting takes besides the occasion: read once for a batch, and moved on by each occasion in turn. */
export interface ActingContext {
  scope: EvaluationScope;
  directory: Directory;
  /** Locked rows of the customers that may be acted on; effects are written into them. */
  customers: Map<string, CustomerRow>;
  /** Ids of rows that effects moved. */
  moved: Set<string>;
  ruleStatus: Map<string, Match["status"]>;
  /** `root:customer:rule` of every run that acted. */
  acted: Set<string>;
  /** Those of them of which a wait is yet to end. */
  stillWaiting: Set<string>;
  cooldowns: Cooldowns;
  /** Days (ISO), by customer, that facts which were taken earlier have been found true of: what is raised is as of them. */
  upToDate: Map<string, string>;
  /** Absent where nothing is counted. */
  breaker?: Breaker;
}

export function actedKey(rootId: string, customerId: string, ruleId: string): string {
  return `${rootId}:${customerId}:${ruleId}`;
}

/** Notes a run that acted within its root, and whether a wait of it is yet to end. */
export function noteActed({ acted, stillWaiting }: ActingContext, key: string, waits: boolean): void {
  acted.add(key);
  if (waits) stillWaiting.add(key);
}

export function noEffects(): Effects {
  return { runs: [], notifications: [], timeline: [], timers: [], raised: null };
}

/** Messages that wait for a run workflow; those of a digest wait for its time. */
export function plannedOf({ notifications }: Pick<Effects, "notifications">): number {
  return notifications.filter(({ digest }) => digest === null).length;
}
