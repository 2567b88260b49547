-- Control of runs: what operators asked for, what was undone, and how much rules did in each hour.

alter table rule_runs
  -- Resumed and retried by hand, so that asking again is known to be a repetition.
  add column resumed_at timestamptz,
  add column retried_at timestamptz,
  -- Some of its slots were put back; its actions say which.
  add column undone_at timestamptz;

-- What can be retried.
create index rule_runs_failed on rule_runs (organization_id, id) where status in ('failed', 'partlyApplied');
create index rule_runs_replays on rule_runs (replay_of) where replay_of is not null;

-- What a rule did in one hour of UTC outside backfills, counted by the transactions that do it: its circuit breaker.
create table rule_hours (
  rule_id uuid not null,
  hour timestamptz not null,
  organization_id uuid not null,
  notifications integer not null default 0,
  exclusions integer not null default 0,
  primary key (rule_id, hour)
);
create index rule_hours_hour on rule_hours (hour);

-- Signals that were carried out: whoever repeats one whose answer was lost finds it done. Kept for some days.
create table control_signals (
  organization_id uuid not null,
  key text not null,
  created_at timestamptz not null default now(),
  primary key (organization_id, key)
);

alter table jobs
  drop constraint jobs_kind_check,
  add constraint jobs_kind_check check (kind in ('customerActions', 'customerImport', 'undo'));

alter table notifications
  -- A message of our own to the inboxes of owners and admins: it belongs to no run and no channel.
  add column alert text check (alert in ('ruleTripped')),
  alter column channel_id drop not null,
  drop constraint notifications_belonging,
  add constraint notifications_belonging check (
    (run_id is null) = (customer_id is null) and (run_id is null) = (action_index is null)
    and (run_id is not null or digest is not null or alert is not null) and (channel_id is null) = (alert is not null));

alter table rules
  -- Why it is paused where nobody paused it: {"kind": "notifications" | "exclusions", "limit", "at"}.
  add column tripped jsonb;
