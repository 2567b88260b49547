-- Tripline's core schema. Money is bigint minor units, days are `date`, instants are `timestamptz`, ids are UUIDv7 made by the application.

create table organizations (
  id uuid primary key,
  name text not null,
  time_zone text not null default 'UTC',
  locale text not null default 'en',
  currency char(3) not null,
  delay_mode text not null default 'paidOnly' check (delay_mode in ('paidOnly', 'paidAndOverdue')),
  -- The switch: while true, changes are recorded and wait.
  rules_stopped boolean not null default false,
  limits jsonb not null default '{}',
  retention jsonb not null default '{}',
  -- Number of tracker shards; a customer's shard follows from its id.
  shards integer not null default 1 check (shards between 1 and 64),
  -- Number of the ruleset in force; 0 is the empty one. Read under the organization's shared advisory lock, moved under the exclusive one.
  ruleset_number bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table users (
  id uuid primary key,
  organization_id uuid not null references organizations,
  email text not null,
  name text not null,
  role text not null check (role in ('owner', 'admin', 'member')),
  position text not null check (position in ('financeUser', 'accountManager')),
  invited boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index users_email on users (organization_id, lower(email));

create table api_keys (
  id uuid primary key,
  organization_id uuid not null references organizations,
  name text not null,
  -- The public half, sent as X-Api-Key.
  key text not null unique,
  -- SHA-256 of the secret half: it is random with 256 bits, so a slow hash would add nothing.
  secret_hash bytea not null,
  scope text check (scope in ('read', 'write', 'admin')),
  user_id uuid references users,
  source text not null default 'api' check (source in ('api', 'salesforce')),
  requests_per_minute integer check (requests_per_minute > 0),
  last_used_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((scope is null) <> (user_id is null))
);
create index api_keys_organization on api_keys (organization_id, created_at);

create table collection_workflows (
  id uuid primary key,
  organization_id uuid not null references organizations,
  external_id text,
  name text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index collection_workflows_organization on collection_workflows (organization_id, created_at);
create unique index collection_workflows_external_id on collection_workflows (organization_id, external_id);

create table payment_methods (
  id uuid primary key,
  organization_id uuid not null references organizations,
  external_id text,
  name text not null,
  kind text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index payment_methods_organization on payment_methods (organization_id, created_at);
create unique index payment_methods_external_id on payment_methods (organization_id, external_id);

create table custom_fields (
  id uuid primary key,
  organization_id uuid not null references organizations,
  key text not null,
  label text not null,
  type text not null check (type in ('TEXT', 'SELECT', 'BOOLEAN', 'NUMBER', 'DATE')),
  options jsonb not null default '[]',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, key)
);

create table channels (
  id uuid primary key,
  organization_id uuid not null references organizations,
  name text not null,
  kind text not null check (kind in ('webhook', 'slack', 'email', 'inApp')),
  url text,
  -- Signs webhook bodies; it must be readable to sign, so it is kept as given and never answered.
  secret text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index channels_organization on channels (organization_id, created_at);

create table customers (
  id uuid primary key,
  organization_id uuid not null references organizations,
  external_id text,
  name text,
  email text,
  country text,
  city text,
  language text,
  currency char(3) not null,
  credit_limit bigint,
  parent_id uuid references customers,
  last_reminder_at timestamptz,
  custom_fields jsonb not null default '{}',
  -- The slots that rules and people set.
  workflow_id uuid references collection_workflows,
  user_ids uuid[] not null default '{}',
  payment_method_ids uuid[] not null default '{}',
  excluded_at timestamptz,
  -- Per slot who set it last: {"workflow": {"source", "ruleId", "ruleVersion", "userId", "keyId", "at", "version"}}; `version` is the change it was written for.
  assignments jsonb not null default '{}',
  -- Derived numbers, right in the transaction of the write that moves them.
  outstanding bigint not null default 0,
  due bigint not null default 0,
  overdue bigint not null default 0,
  unapplied bigint not null default 0,
  overdue_since date,
  -- Σ(amount × delay) and Σ(amount): numeric, because the first passes 2^53.
  delay_amount_days numeric,
  delay_amount numeric,
  rating char(1) check (rating in ('A', 'B', 'C', 'D')),
  -- Version of the last change and its facts: the next change's `before`.
  version integer not null default 0,
  facts jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index customers_external_id on customers (organization_id, external_id);
create index customers_organization on customers (organization_id, id) where excluded_at is null;
create index customers_updated on customers (organization_id, updated_at);

create table invoices (
  id uuid primary key,
  organization_id uuid not null references organizations,
  customer_id uuid not null references customers,
  external_id text,
  number text,
  issued_at date not null,
  due_at date not null,
  amount bigint not null check (amount > 0),
  currency char(3) not null,
  state text not null check (state in ('draft', 'open', 'paid', 'void', 'disputed')),
  -- Given by the integration with state `paid`; it implies a payment of what is open.
  paid_at date,
  -- Σ of the allocations to it, and the last day among them once payments and credit notes cover the amount.
  allocated bigint not null default 0 check (allocated between 0 and amount),
  settled_at date,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index invoices_external_id on invoices (organization_id, external_id);
create index invoices_customer on invoices (customer_id);
create index invoices_organization on invoices (organization_id, id);

-- Payments, credit notes and refunds share one shape: money on the customer's side that is allocated to invoices or unapplied.
create table credits (
  id uuid primary key,
  organization_id uuid not null references organizations,
  customer_id uuid not null references customers,
  kind text not null check (kind in ('payment', 'creditNote', 'refund')),
  external_id text,
  amount bigint not null check (amount > 0),
  currency char(3) not null,
  -- paidAt of a payment, issuedAt of a credit note or refund.
  dated_at date not null,
  allocated bigint not null default 0 check (allocated between 0 and amount),
  -- Set on the payment that a posted `paid` invoice implies.
  implied_by_invoice_id uuid references invoices,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index credits_external_id on credits (organization_id, kind, external_id);
create index credits_customer on credits (customer_id);
create index credits_implied on credits (implied_by_invoice_id) where implied_by_invoice_id is not null;
create index credits_organization on credits (organization_id, kind, id);

create table allocations (
  credit_id uuid not null references credits on delete cascade,
  invoice_id uuid not null references invoices,
  customer_id uuid not null references customers,
  amount bigint not null check (amount > 0),
  primary key (credit_id, invoice_id)
);
create index allocations_invoice on allocations (invoice_id);

create table rules (
  id uuid primary key,
  organization_id uuid not null references organizations,
  name text not null,
  status text not null default 'draft' check (status in ('draft', 'active', 'inactive', 'paused', 'deleted')),
  position integer not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index rules_organization on rules (organization_id, position);

create table rule_versions (
  rule_id uuid not null references rules,
  version integer not null,
  organization_id uuid not null references organizations,
  -- {name, trigger, filters, actions, exitActions?} with references resolved to ids.
  definition jsonb not null,
  note text,
  -- {"keyId", "userId"?}
  author jsonb not null,
  created_at timestamptz not null default now(),
  primary key (rule_id, version)
);

-- The rules in force, numbered: a change is judged by the ruleset whose number it carries.
create table rulesets (
  organization_id uuid not null references organizations,
  number bigint not null,
  -- [{"ruleId", "version"}] in list order; active and paused rules.
  rules jsonb not null,
  created_at timestamptz not null default now(),
  primary key (organization_id, number)
);

create sequence change_seq;

-- One row per touched customer and write transaction; `before` equals the preceding version's `after`.
create table changes (
  id uuid primary key,
  seq bigint not null,
  organization_id uuid not null,
  customer_id uuid not null references customers,
  version integer not null,
  kind text not null check (kind in ('created', 'updated')),
  source text not null check (source in ('salesforce', 'api', 'rule', 'csv', 'manual', 'schedule')),
  -- {"keyId", "userId"?} of a person or integration; null for rules and the schedule.
  actor jsonb,
  ruleset_number bigint not null,
  -- The change that began it (its own id for a write from outside) and the path of rule runs that led here: [{"runId", "ruleId", "ruleName", "changeId"}].
  root_id uuid not null,
  cause jsonb not null default '[]',
  before jsonb,
  after jsonb not null,
  created_at timestamptz not null default now(),
  unique (customer_id, version)
);
create unique index changes_seq on changes (organization_id, seq);

-- Changes not yet evaluated. Small rows that come and go, so that the scan for work stays small and `changes` is written once.
create table change_queue (
  change_id uuid primary key,
  seq bigint not null,
  organization_id uuid not null,
  shard integer not null,
  -- 0 live, 1 backfills, imports and schedules.
  lane smallint not null default 0,
  customer_id uuid not null,
  version integer not null,
  queued_at timestamptz not null default now()
);
create index change_queue_order on change_queue (organization_id, shard, lane, seq);
create index change_queue_customer on change_queue (customer_id) where lane > 0;

-- Evaluations, tracking, runs and the timeline have no foreign keys: only the evaluation and the writes fill them, in the
-- transaction that holds the rows they name, and nothing named is ever deleted. The checks took a quarter of Postgres' time.

-- The record of one evaluated change. `codes` holds one letter per rule of its ruleset, in list order (see rules/verdicts.ts).
create table evaluations (
  change_id uuid primary key,
  organization_id uuid not null,
  customer_id uuid not null,
  -- evaluated, excluded, failed
  outcome text not null check (outcome in ('evaluated', 'excluded', 'failed')),
  codes text not null default '',
  -- For codes that need more: {"<index in the ruleset>": {"runId"?, "lostTo"?, "path"?}}.
  details jsonb,
  error text,
  evaluated_at timestamptz not null default now()
);

-- The evaluation's cursor per customer and the previous values for thresholds, as its tracker mirrors them.
create table customer_tracking (
  customer_id uuid primary key,
  organization_id uuid not null,
  version integer not null,
  outstanding bigint not null,
  average_payment_delay numeric,
  rating char(1),
  updated_at timestamptz not null default now()
);

create table rule_runs (
  id uuid primary key,
  organization_id uuid not null,
  rule_id uuid not null,
  rule_version integer not null,
  customer_id uuid not null,
  change_id uuid not null,
  root_id uuid not null,
  cause jsonb not null default '[]',
  status text not null check (status in ('planned', 'held', 'running', 'waiting', 'applied', 'partlyApplied', 'skipped', 'failed', 'cancelled')),
  -- Why a run was skipped or cancelled as a whole.
  reason text,
  -- [{"type", "status", "reason", "before", "after", "attempts", "error", …}] in the rule's order.
  actions jsonb not null,
  temporal_workflow_id text,
  temporal_run_id text,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  unique (change_id, rule_id)
);
create index rule_runs_rule on rule_runs (organization_id, rule_id, id);
create index rule_runs_customer on rule_runs (customer_id, id);
create index rule_runs_root on rule_runs (root_id, customer_id, rule_id);
create index rule_runs_organization on rule_runs (organization_id, id);

-- One message to one recipient; `id` is the idempotency key that every attempt carries.
create table notifications (
  id uuid primary key,
  organization_id uuid not null references organizations,
  run_id uuid not null references rule_runs,
  action_index integer not null,
  channel_id uuid not null references channels,
  kind text not null check (kind in ('webhook', 'slack', 'email', 'inApp')),
  customer_id uuid not null references customers,
  -- {"userId"?, "email"}
  recipient jsonb not null,
  user_id uuid references users,
  subject text not null,
  body text not null,
  status text not null default 'planned' check (status in ('planned', 'held', 'running', 'sent', 'failed', 'cancelled')),
  attempts integer not null default 0,
  error text,
  -- The Temporal workflow that claimed it.
  temporal_workflow_id text,
  created_at timestamptz not null default now(),
  claimed_at timestamptz,
  sent_at timestamptz,
  read_at timestamptz
);
create index notifications_open on notifications (organization_id, status, id) where status in ('planned', 'running');
create index notifications_run on notifications (run_id);
create index notifications_organization on notifications (organization_id, id);
create index notifications_inbox on notifications (user_id, id) where kind = 'inApp';

create table timeline_entries (
  id uuid primary key,
  organization_id uuid not null,
  customer_id uuid not null,
  -- note, assignment, overruled, run, notification, exclusion, money …
  kind text not null,
  source text not null,
  -- {"keyId"?, "userId"?, "ruleId"?, "ruleName"?}
  actor jsonb,
  data jsonb not null,
  created_at timestamptz not null default now()
);
create index timeline_entries_customer on timeline_entries (customer_id, id);

-- First answers to POSTs with an Idempotency-Key, kept 24 h.
create table idempotency_keys (
  organization_id uuid not null references organizations,
  api_key_id uuid not null,
  key text not null,
  request_hash bytea not null,
  status integer not null,
  -- Null where the answer held a secret.
  body text,
  created_at timestamptz not null default now(),
  primary key (organization_id, api_key_id, key)
);
create index idempotency_keys_created on idempotency_keys (created_at);

-- One row: which Temporal namespace and task queue this database belongs to.
create table installation (
  singleton boolean primary key default true check (singleton),
  id uuid not null,
  temporal_namespace text,
  created_at timestamptz not null default now()
);
