import type { Logger } from "pino";
import type { Sql } from "../db/client.ts";
import type { RulesetCache } from "../db/evaluation/rulesetCache.ts";
import type { Wake } from "../db/writes/types.ts";
import type { Senders } from "./senders.ts";

/** What activities work with. */
export interface ActivityContext {
  sql: Sql;
  rulesets: RulesetCache;
  senders: Senders;
  logger: Logger;
  /** Starts a run workflow for planned notifications; a hint that may be lost, since the reconciler finds what it missed. */
  startRuns: (organizationId: string, notifications: number) => void;
  /** Wakes the trackers and jobs of what was committed; a hint of the same kind. */
  wake: (wake: Wake) => void;
}
