import type { Logger } from "pino";
import type { Config } from "../config.ts";
import type { Sql } from "../db/client.ts";
import type { Wake } from "../db/writes/types.ts";
import type { ScheduleState } from "../temporal/schedules.ts";
import type { TrackerState } from "../temporal/tracked.ts";

/** What the API needs to know of the environment. Without the root pair `/admin/*` is closed. */
export type ApiConfig = Pick<
  Config,
  "ROOT_API_KEY" | "ROOT_API_SECRET" | "RATE_LIMIT_PER_MINUTE" | "ALLOW_PRIVATE_WEBHOOKS"
>;

export interface Deps {
  sql: Sql;
  config: ApiConfig;
  logger: Logger;
  /** Wakes the trackers of these shards. Never awaited by an answer; called only after a commit. */
  wake: (wake: Wake) => void;
  temporal: {
    /** Asks the customer's tracker; null when no tracker of it holds this customer or none answers in time. */
    trackerState(organizationId: string, customerId: string, shard: number): Promise<TrackerState | null>;
    /** What Temporal says of the organization's schedule; null when it has none or does not answer in time. */
    ratingSchedule(organizationId: string): Promise<ScheduleState | null>;
    ready(): Promise<boolean>;
  };
  now?: () => Date;
}
