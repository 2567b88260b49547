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

/** Says that there may be work; carries nothing, so that any number of them may be folded into one. */
export const WAKE_SIGNAL = "wake";
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
  /** The most recently evaluated customers, oldest first. */
  customers: TrackedCustomer[];
}

/** A claimed notification: what the workflow needs to schedule its delivery, and no content. */
export interface ClaimedNotification {
  id: string;
  channelId: string;
  ruleId: string;
  customerId: string;
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
  evaluateShard(input: { organizationId: string; shard: number }): Promise<ShardProgress>;
}

export interface RunActivities {
  /** Claims up to 200 planned notifications of the organization for the calling workflow. */
  claimNotifications(input: { organizationId: string }): Promise<ClaimedNotification[]>;
  /** Delivers one notification; an attempt that fails throws with one of the {@link FAILURES}. */
  deliverNotification(input: DeliveryInput): Promise<void>;
  /** Records that a notification has failed for good. */
  giveUpNotification(input: { organizationId: string; notificationId: string; error: string }): Promise<void>;
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
