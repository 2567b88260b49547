-- Bulk actions and imports: durable jobs that work page by page.

create table jobs (
  id uuid primary key,
  organization_id uuid not null references organizations,
  kind text not null check (kind in ('customerActions', 'customerImport')),
  -- receiving: an upload is still coming in, nothing is worked on and the job is not shown.
  status text not null check (status in ('receiving', 'queued', 'running', 'completed', 'cancelled', 'failed')),
  dry_run boolean not null default false,
  -- Who asked: the writes carry it.
  source text not null,
  actor jsonb,
  -- {"columns", "ignoredColumns"} of an import, {"filter"?, "name"?, "actions"} of bulk actions.
  input jsonb not null,
  -- Keyset position of a selection by filter: the last customer worked on.
  cursor_id uuid,
  -- Items in all; null until counted.
  total integer,
  created integer not null default 0,
  updated integer not null default 0,
  unchanged integer not null default 0,
  failed integer not null default 0,
  -- Items of the above of which something was kept by a higher source.
  overruled integer not null default 0,
  error text,
  created_at timestamptz not null default now(),
  -- When all of it was there; jobs of one organization run one after the other in this order.
  queued_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  -- Moves with every page, so that what stands still is seen.
  updated_at timestamptz not null default now()
);
create index jobs_organization on jobs (organization_id, id);
create index jobs_open on jobs (organization_id, queued_at, id) where status in ('receiving', 'queued', 'running');

-- Items not yet worked on, up to 500 a row; a page goes in the transaction that works on it. Text, because the database never
-- looks inside: jsonb would parse every upload twice.
create table job_pages (
  job_id uuid not null references jobs on delete cascade,
  number integer not null,
  items text not null,
  primary key (job_id, number)
);

-- One row per item, written in the transaction of its effect: `position` counts the job's items from 1.
create table job_results (
  -- No foreign key: its check would cost as much as the row.
  job_id uuid not null,
  position integer not null,
  status text not null check (status in ('created', 'updated', 'unchanged', 'failed')),
  customer_id uuid,
  -- {"row"?, "line"?, "reference"?, "code"?, "message"?, "errors"?, "overruled"?, "changes"?}
  details jsonb,
  primary key (job_id, position)
);
create index job_results_status on job_results (job_id, status, position) where status in ('created', 'failed');

-- An import names customers without an external id by their whole name. The organization as text keeps the planner from
-- taking an index of the organization alone, which it does while it has no statistics: a scan of all customers for each name.
create index customers_name on customers (name, (organization_id::text)) where excluded_at is null;
