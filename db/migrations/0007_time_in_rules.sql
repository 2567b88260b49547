-- Time in rules: what waits for an instant, what threshold rules remember, and runs that are not a live change's own.

-- What an instant decides, judged by the tracker of its shard once the customer's queue is empty. Rows come and go.
create table timers (
  id uuid primary key,
  organization_id uuid not null,
  shard integer not null,
  customer_id uuid not null,
  -- forDays: the value has stayed beyond the line. wait: a run goes on. release: a held run goes on.
  kind text not null check (kind in ('forDays', 'wait', 'release')),
  rule_id uuid not null,
  rule_version integer not null,
  -- The change that crossed the line, or that of the run.
  change_id uuid not null,
  -- Place of the rule in that change's ruleset, where its evaluation says that it waits.
  place integer,
  run_id uuid,
  due_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index timers_due on timers (organization_id, shard, due_at);
create index timers_customer on timers (customer_id);
create index timers_rule on timers (rule_id);
create unique index timers_run on timers (run_id) where run_id is not null;

-- Rules with resetAt or exit actions that have fired for a customer and whose value has not come back since.
create table rule_states (
  customer_id uuid not null,
  rule_id uuid not null,
  organization_id uuid not null,
  -- The change that they fired for.
  change_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (customer_id, rule_id)
);
create index rule_states_rule on rule_states (rule_id);
create index rule_states_organization on rule_states (organization_id);

alter table rule_runs
  -- change: the rule matched it. exit: the value came back with it. backfill and replay: the customer as it stood after it.
  add column kind text not null default 'change' check (kind in ('change', 'exit', 'backfill', 'replay')),
  add column backfill_id uuid,
  -- The run that a replay repeats.
  add column replay_of uuid,
  -- Paused by hand since then.
  add column paused_at timestamptz;
alter table rule_runs drop constraint rule_runs_change_id_rule_id_key;
create unique index rule_runs_change on rule_runs (change_id, rule_id) where kind in ('change', 'exit');
create index rule_runs_held on rule_runs (rule_id) where status in ('held', 'waiting');
