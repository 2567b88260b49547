-- Backfills: rules applied to existing customers, page by page.

create table backfills (
  id uuid primary key,
  organization_id uuid not null references organizations,
  -- counting: its pages are not laid out yet. queued: another one of the organization runs.
  status text not null check (status in ('counting', 'awaitingApproval', 'queued', 'running', 'paused', 'completed', 'cancelled', 'failed')),
  -- What it was when it was paused, and is again once it is resumed.
  paused_from text check (paused_from in ('counting', 'awaitingApproval', 'queued')),
  -- [{"ruleId", "version", "name"}] as they stood when it was asked for.
  rules jsonb not null,
  -- Conditions as in rules, with things named by id; only customers that meet them are in scope.
  filter jsonb not null default '[]',
  dry_run boolean not null,
  notifications boolean not null,
  -- A rule in scope excludes customers.
  irreversible boolean not null,
  -- Customers a second at most; null for no limit.
  max_per_second integer check (max_per_second > 0),
  -- The next moment that is free for a page, where there is a limit.
  next_page_at timestamptz,
  source text not null,
  -- {"keyId", "userId"?}
  actor jsonb not null,
  approved_by jsonb,
  approved_at timestamptz,
  -- Customers in scope; null until counted. Moves with those who enter or leave the scope before their page.
  total integer,
  -- {"changed": 1, "skipped.lostTo": 2, "notifications.planned": 3, …}; moves with every page.
  counts jsonb not null default '{}',
  error text,
  created_at timestamptz not null default now(),
  -- Backfills of one organization run one after the other in this order.
  queued_at timestamptz,
  started_at timestamptz,
  -- Time (ms) that it ran before the present stretch, and when that began; null while it does not run.
  ran_ms bigint not null default 0,
  running_since timestamptz,
  finished_at timestamptz,
  -- Moves with every page, so that what stands still is seen.
  updated_at timestamptz not null default now()
);
create index backfills_organization on backfills (organization_id, id);
create index backfills_open on backfills (organization_id, queued_at, id)
  where status in ('counting', 'queued', 'running');

-- Stretches of customers in the order of their ids, each worked on in one transaction.
create table backfill_pages (
  backfill_id uuid not null references backfills on delete cascade,
  number integer not null,
  -- Customers with after_id < id <= up_to_id, or these.
  after_id uuid,
  up_to_id uuid,
  customer_ids uuid[],
  -- Customers in scope when it was laid out.
  customers integer not null,
  done_at timestamptz,
  primary key (backfill_id, number)
);
create index backfill_pages_open on backfill_pages (backfill_id, number) where done_at is null;

-- One row per customer, written in the transaction of its effect.
create table backfill_results (
  -- No foreign keys: their checks would cost as much as the row.
  backfill_id uuid not null,
  customer_id uuid not null,
  status text not null check (status in ('changed', 'unchanged', 'skipped', 'failed')),
  -- Why it was skipped, or why nothing changed.
  reason text,
  -- The customer's version that was judged.
  version integer,
  -- {"changes": [{"slot", "from", "to"}], "rules": [{"ruleId", "status", "reason"?, "lostTo"?, "runId"?}], "notifications"?, "error"?}
  details jsonb,
  primary key (backfill_id, customer_id)
);
create index backfill_results_status on backfill_results (backfill_id, status, customer_id);

-- What a backfill has done for customers ahead of their trackers: at or below this version the rule has nothing left to do.
-- Rows go once the tracker has passed the version.
create table backfilled_ahead (
  customer_id uuid not null,
  rule_id uuid not null,
  rule_version integer not null,
  organization_id uuid not null,
  version integer not null,
  primary key (customer_id, rule_id, rule_version)
);
create index backfilled_ahead_organization on backfilled_ahead (organization_id);

create index rule_runs_backfill on rule_runs (backfill_id, id) where backfill_id is not null;
