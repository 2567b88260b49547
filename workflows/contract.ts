import { defineSearchAttributeKey, SearchAttributeType } from "@temporalio/common";

/**
 * The whole contract between the API, the workers and Temporal on one page: workflow types, ids and their inverse, signals,
 * queries, search attributes, inputs and failure types. Ids and attributes are plain text to everybody who can see Temporal's
 * UI: only our own ids go into them, never names or mail addresses.
 */

// Workflow types are the exported names of workflows/index.ts.
export const CUSTOMER_TRACKER = "customerTrackerWorkflow";
export const RULE_RUN = "ruleRunWorkflow";
export const JOB = "jobWorkflow";
export const RATINGS = "recomputeRatingsWorkflow";
export const RETENTION = "retentionWorkflow";
export const BACKFILL = "backfillWorkflow";
export const BACKFILL_PAGE = "backfillPageWorkflow";

/** Deliveries have a task queue of their own: whatever receivers do, evaluation and jobs never wait for a place behind them. */
export function deliveriesQueue(taskQueue: string): string {
  return `${taskQueue}-deliveries`;
}

/** Says that there may be work; carries nothing, so that any number of them may be folded into one. */
export const WAKE_SIGNAL = "wake";
/** An operator's request on runs; carries a {@link ControlSignal}. Trackers and run workflows take it alike. */
export const CONTROL_SIGNAL = "control";
/** Asks a tracker for the previous values it holds of one customer. */
export const TRACKED_QUERY = "tracked";

export interface TrackerInput {
  organizationId: string;
  shard: number;
  /** The previous values carried over from the run before, oldest first. */
  mirror?: TrackedCustomer[];
  /** The run before ended idle. */
  rested?: boolean;
}

/** Compact, because up to 1,000 of them are carried along: [customerId, outstanding, averagePaymentDelay, rating, version]. */
export type TrackedCustomer = [string, number, number | null, string | null, number];

export interface RuleRunInput {
  organizationId: string;
}

export function trackerId(organizationId: string, shard: number): string {
  return `tracker:${organizationId}:${shard}`;
}

export function parseTrackerId(temporalWorkflowId: string): { organizationId: string; shard: number } | null {
  const match = /^tracker:([0-9a-f-]{36}):(\d+)$/.exec(temporalWorkflowId);
  return match ? { organizationId: match[1]!, shard: Number(match[2]) } : null;
}

/** `batch` is any unique text: which notifications a run carries is decided by what it claims, not by its id. */
export function ruleRunId(organizationId: string, batch: string): string {
  return `runs:${organizationId}:${batch}`;
}

export interface JobInput {
  organizationId: string;
  jobId: string;
}

/** A bulk action or an import; whatever starts it twice finds it running. */
export function jobWorkflowId(organizationId: string, jobId: string): string {
  return `job:${organizationId}:${jobId}`;
}

export interface BackfillInput {
  organizationId: string;
  backfillId: string;
}

/** Signals that move a backfill from Temporal's UI, as the API's routes of these names do. */
export const BACKFILL_MOVES = ["approve", "pause", "resume", "cancel"] as const;
export type BackfillMoveName = (typeof BACKFILL_MOVES)[number];

/** A stretch of pages, by their numbers. */
export interface BackfillPageInput extends BackfillInput {
  pages: number[];
}

/** A backfill; whatever starts it twice finds it running. */
export function backfillWorkflowId(organizationId: string, backfillId: string): string {
  return `backfill:${organizationId}:${backfillId}`;
}

/** The child that works on the pages from this one on. */
export function backfillPageWorkflowId({ organizationId, backfillId, pages }: BackfillPageInput): string {
  return `${backfillWorkflowId(organizationId, backfillId)}:${pages[0] ?? 0}`;
}

export interface RatingsInput {
  organizationId: string;
}

/** The schedule of an organization's nightly recomputation; its workflows are called so too, followed by the time of their start. */
export function ratingsScheduleId(organizationId: string): string {
  return `ratings:${organizationId}`;
}

export function parseRatingsScheduleId(scheduleId: string): string | null {
  return /^ratings:([0-9a-f-]{36})$/.exec(scheduleId)?.[1] ?? null;
}

/** Where the run before stopped, and what it trimmed. */
export interface RetentionInput {
  from?: TrimPosition;
  trimmed?: TrimmedCounts;
}

/** The schedule that trims the history of every organization of an installation. */
export function retentionScheduleId(installationId: string): string {
  return `retention:${installationId}`;
}

export const searchAttributes = {
  organization: defineSearchAttributeKey("TriplineOrganization", SearchAttributeType.KEYWORD),
  rules: defineSearchAttributeKey("TriplineRule", SearchAttributeType.KEYWORD_LIST),
  customers: defineSearchAttributeKey("TriplineCustomer", SearchAttributeType.KEYWORD_LIST),
  status: defineSearchAttributeKey("TriplineStatus", SearchAttributeType.KEYWORD),
};

/** Failure types of activities. */
export const FAILURES = {
  /** The same attempt would fail again: a 4xx, a bad address, a missing channel. Not retried. */
  permanentDelivery: "PermanentDeliveryFailure",
  /** Worth another attempt: timeouts, 408, 429, 5xx. */
  temporaryDelivery: "TemporaryDeliveryFailure",
} as const;

/** Result of one evaluation activity: about a second's worth of batches. */
export interface ShardProgress {
  evaluated: number;
  matched: number;
  failed: number;
  /** Whether the last look found nothing ready. */
  idle: boolean;
  /** When the shard's earliest timer is due, in ms; absent where none is set. */
  nextDueAt?: number;
  /** The most recently evaluated customers, oldest first. */
  customers: TrackedCustomer[];
}

/** A claimed notification: what the workflow needs to schedule its delivery, and no content. */
export interface ClaimedNotification {
  id: string;
  channelId: string;
  /** Null for a digest, which tells of several rules and customers. */
  ruleId: string | null;
  customerId: string | null;
  /** Missing in what earlier builds recorded. */
  kind?: ChannelKind;
}

export type ChannelKind = "webhook" | "slack" | "email" | "inApp";

/** `channelId` and `kind` say what a delivery takes up before anything is read; earlier builds left them out. */
export interface DeliveryInput {
  organizationId: string;
  notificationId: string;
  channelId?: string;
  kind?: ChannelKind;
}

/** What the workflows ask of the activities. */
export interface TrackerActivities {
  /** `now` is the workflow's time in ms, by which timers are due. */
  evaluateShard(input: { organizationId: string; shard: number; now?: number }): Promise<ShardProgress>;
}

export interface RunActivities {
  /** Claims up to 200 planned notifications of the organization for the calling workflow. */
  claimNotifications(input: { organizationId: string }): Promise<ClaimedNotification[]>;
  /** Records that a notification has failed for good. */
  giveUpNotification(input: { organizationId: string; notificationId: string; error: string }): Promise<void>;
}

/** Served on {@link deliveriesQueue}. */
export interface DeliveryActivities {
  /** Delivers one notification; an attempt that fails throws with one of the {@link FAILURES}. */
  deliverNotification(input: DeliveryInput): Promise<void>;
}

/**
 * What an operator asks, from Temporal's UI or CLI. Runs are named by `runIds`, or selected by all that is given of the rest, as in
 * `POST /v1/runs/actions`; `pauseRule` and `resumeRule` take a `ruleId`. Replay and undo do nothing unless `dryRun` is false.
 */
export interface ControlSignal {
  action: "pause" | "resume" | "cancel" | "retry" | "replay" | "undo" | "pauseRule" | "resumeRule";
  runIds?: string[];
  ruleId?: string;
  filter?: { status?: string | string[]; since?: string; customerId?: string; changeId?: string; backfillId?: string };
  dryRun?: boolean;
  facts?: "recorded" | "current";
  resend?: boolean;
}

/** What became of a signal: runs by outcome, or why it was not understood. */
export interface ControlOutcome {
  done: number;
  unchanged: number;
  refused: number;
  error?: string;
}

export interface ControlActivities {
  /** Writes what a signal asks for into Postgres; again for the same activity it changes nothing. */
  controlRuns(input: { organizationId: string; signal: ControlSignal }): Promise<ControlOutcome>;
}

/** How a job stands after some pages. */
export interface JobProgress {
  status: "receiving" | "queued" | "running" | "completed" | "cancelled" | "failed";
  /** Items in all; null while they are not counted. */
  total: number | null;
  done: number;
  failed: number;
  /** An older job of the organization has to end first; whoever ends it starts this one again. */
  behind: boolean;
}

export interface JobActivities {
  /** Works on pages of the job for some seconds. */
  workJob(input: JobInput): Promise<JobProgress>;
}

/** How a recomputation stands after some pages. */
export interface RatingsProgress {
  /** Customers that something may have moved for, those of them done, and those who got a change. */
  total: number;
  done: number;
  changed: number;
  ended: boolean;
}

export interface RatingsActivities {
  /** Notes whom something may have moved for; again for the same workflow it changes nothing. */
  beginRatings(input: RatingsInput): Promise<RatingsProgress>;
  /** Works on pages of the recomputation for some seconds. */
  recomputeRatings(input: RatingsInput): Promise<RatingsProgress>;
}

/** Rows trimmed, by what they were. */
export type TrimmedCounts = Record<string, number>;

/** Where trimming goes on: a part of one organization's history, after this row of it. */
export interface TrimPosition {
  organizationId: string;
  part: number;
  after: string;
}

export interface TrimInput {
  /** Null at the beginning. */
  position: TrimPosition | null;
}

export interface TrimProgress {
  trimmed: TrimmedCounts;
  /** Null when nothing is left. */
  position: TrimPosition | null;
}

export interface RetentionActivities {
  /** Trims what is past its time for some seconds, in small batches. */
  trimHistory(input: TrimInput): Promise<TrimProgress>;
}

/** How a backfill stands, and the pages to work on: none while it waits for something. */
export interface BackfillStep {
  status: string;
  /** Customers in scope; null until counted. */
  total: number | null;
  done: number;
  failed: number;
  pages: number[];
  ended: boolean;
}

export interface BackfillPageProgress {
  customers: number;
  /** The backfill does not run any more, or not now: the rest of the pages was left. */
  stopped: boolean;
}

export interface BackfillActivities {
  /** Counts it, takes its turn, hands out pages, ends it. */
  stepBackfill(input: BackfillInput): Promise<BackfillStep>;
  /** Works on those of the pages that are not done. */
  workBackfillPages(input: BackfillPageInput): Promise<BackfillPageProgress>;
  /** Moves it as an operator asked by a signal; a move that its status does not allow changes nothing. */
  moveBackfill(input: BackfillInput & { move: BackfillMoveName }): Promise<void>;
}
