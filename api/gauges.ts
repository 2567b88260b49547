import { Gauge, type Registry } from "prom-client";
import type { Waiting } from "../db/metrics.ts";

interface Sample {
  labels?: Record<string, string>;
  value: number;
}

interface Definition {
  help: string;
  labelNames?: string[];
  read: (waiting: Waiting) => Sample[];
}

const LANES = ["live", "background"];
const TIMERS = ["forDays", "wait", "release"];
const RUNS = ["planned", "held", "running", "waiting"];
const MESSAGES = ["gathering", "planned", "held", "running"];
const CHANNELS = ["email", "slack", "webhook", "inApp"];
const BACKFILLS = ["counting", "awaitingApproval", "queued", "running", "paused"];
const JOBS = ["receiving", "queued", "running"];

/** What waits, as gauges. Labels whose values are few and known are there with 0 too, so that an alert on them can resolve. */
const DEFINITIONS: Record<string, Definition> = {
  tripline_reconciler_up: {
    help: "1 while a worker is elected to start again what stands still; 0 when no worker is up",
    read: ({ reconciler }) => [{ value: reconciler ? 1 : 0 }],
  },
  tripline_changes_unevaluated: {
    help: "Changes that no evaluation has recorded yet",
    labelNames: ["lane"],
    read: ({ changes }) => each("lane", LANES, changes, ({ count }) => count),
  },
  tripline_changes_oldest_seconds: {
    help: "Age of the oldest unevaluated change of an organization whose rules are not stopped",
    labelNames: ["lane"],
    read: ({ changes }) => each("lane", LANES, changes, ({ oldestSeconds }) => oldestSeconds),
  },
  tripline_changes_failed: {
    help: "Changes of the last 24 hours whose evaluation failed",
    read: ({ changesFailed }) => [{ value: changesFailed }],
  },
  tripline_organizations_waiting: {
    help: "Organizations with unevaluated changes",
    read: ({ organizations }) => [{ value: organizations.waiting }],
  },
  tripline_organizations_stopped: {
    help: "Organizations whose rules are stopped",
    read: ({ organizations }) => [{ value: organizations.stopped }],
  },
  tripline_ratings_late: {
    help: "Organizations whose last nightly recomputation is older than yesterday, although it is switched on",
    read: ({ organizations }) => [{ value: organizations.ratingsLate }],
  },
  tripline_rules_tripped: {
    help: "Rules that their circuit breaker has paused",
    read: ({ rulesTripped }) => [{ value: rulesTripped }],
  },
  tripline_timers: {
    help: "Timers that are set; at most 100,000 are counted",
    labelNames: ["kind"],
    read: ({ timers }) => each("kind", TIMERS, timers, ({ count }) => count),
  },
  tripline_timers_overdue: {
    help: "Timers that are due and not judged, of organizations whose rules are not stopped",
    labelNames: ["kind"],
    read: ({ timers }) => each("kind", TIMERS, timers, ({ overdue }) => overdue),
  },
  tripline_timers_overdue_seconds: {
    help: "For how long the oldest of them has been due",
    labelNames: ["kind"],
    read: ({ timers }) => each("kind", TIMERS, timers, ({ overdueSeconds }) => overdueSeconds),
  },
  tripline_runs_open: {
    help: "Rule runs that have not ended; held ones wait for somebody",
    labelNames: ["status"],
    read: ({ runs }) => each("status", RUNS, runs, ({ count }) => count),
  },
  tripline_runs_oldest_seconds: {
    help: "Age of the oldest of them",
    labelNames: ["status"],
    read: ({ runs }) => each("status", RUNS, runs, ({ oldestSeconds }) => oldestSeconds),
  },
  tripline_notifications_open: {
    help: "Notifications that are neither sent nor given up",
    labelNames: ["status", "kind"],
    read: ({ notifications }) => byStatusAndKind(notifications, ({ count }) => count),
  },
  tripline_notifications_oldest_seconds: {
    help: "Age of the oldest of them",
    labelNames: ["status", "kind"],
    read: ({ notifications }) => byStatusAndKind(notifications, ({ oldestSeconds }) => oldestSeconds),
  },
  tripline_notifications_failed: {
    help: "Notifications of the last 48 hours that were given up",
    labelNames: ["kind"],
    read: ({ notificationsFailed }) => each("kind", CHANNELS, notificationsFailed, ({ count }) => count),
  },
  tripline_backfills_open: {
    help: "Backfills that have not ended",
    labelNames: ["status"],
    read: ({ backfills }) => each("status", BACKFILLS, backfills, ({ count }) => count),
  },
  tripline_backfills_idle_seconds: {
    help: "How long ago the one of them that has stood still for longest last moved",
    labelNames: ["status"],
    read: ({ backfills }) => each("status", BACKFILLS, backfills, ({ idleSeconds }) => idleSeconds),
  },
  tripline_jobs_open: {
    help: "Bulk actions and imports that have not ended",
    labelNames: ["status"],
    read: ({ jobs }) => each("status", JOBS, jobs, ({ count }) => count),
  },
  tripline_jobs_idle_seconds: {
    help: "How long ago the one of them that has stood still for longest last moved",
    labelNames: ["status"],
    read: ({ jobs }) => each("status", JOBS, jobs, ({ idleSeconds }) => idleSeconds),
  },
};

/** Registers the gauges; what is answered sets them. */
export function createGauges(registry: Registry): (waiting: Waiting) => void {
  const gauges = Object.entries(DEFINITIONS).map(([name, { help, labelNames = [], read }]) => {
    const gauge = new Gauge({ name, help, labelNames, registers: [registry] });
    return { gauge, read };
  });
  return (waiting) => {
    for (const { gauge, read } of gauges) {
      gauge.reset();
      for (const { labels = {}, value } of read(waiting)) gauge.set(labels, value);
    }
  };
}

/** One sample for each value of a label, 0 where nothing was read. */
function each<Label extends string, Row extends Record<Label, string>>(
  label: Label,
  values: readonly string[],
  rows: readonly Row[],
  read: (row: Row) => number,
): Sample[] {
  return values.map((name) => {
    const row = rows.find((one) => one[label] === name);
    return { labels: { [label]: name }, value: row ? read(row) : 0 };
  });
}

type MessageRow = Waiting["notifications"][number];

function byStatusAndKind(rows: readonly MessageRow[], read: (row: MessageRow) => number): Sample[] {
  return MESSAGES.flatMap((status) => {
    const own = rows.filter((row) => row.status === status);
    return each("kind", CHANNELS, own, read).map(({ labels, value }) => ({ labels: { status, ...labels }, value }));
  });
}
