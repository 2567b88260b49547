-- The nightly recomputation of what moves with the calendar, and the trimming of history.

alter table organizations
  -- Local time of day of the recomputation, and whether it runs by itself.
  add column ratings_at text not null default '02:00' check (ratings_at ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
  add column ratings_enabled boolean not null default true,
  -- What Temporal's schedule was last made from; null when it has to be made anew.
  add column ratings_applied text,
  -- Somebody asked for a run now, and Temporal has not been told yet.
  add column ratings_requested_at timestamptz,
  -- The day up to which every customer has been looked at; only moves forward.
  add column ratings_as_of date,
  -- When its history was last trimmed.
  add column trimmed_at timestamptz;

create table rating_runs (
  id uuid primary key,
  organization_id uuid not null references organizations,
  temporal_workflow_id text not null unique,
  -- The organization's day when it began.
  as_of date not null,
  -- abandoned: its workflow ended before it, and a later run has taken over what was left.
  status text not null default 'running' check (status in ('running', 'completed', 'abandoned')),
  -- Customers that something may have moved for, how many of them are done, and how many got a change.
  total integer not null,
  done integer not null default 0,
  changed integer not null default 0,
  started_at timestamptz not null default now(),
  finished_at timestamptz
);
create index rating_runs_organization on rating_runs (organization_id, id);

-- Customers that a run has yet to look at; each goes in the transaction that brings it up to date.
create table rating_candidates (
  organization_id uuid not null,
  customer_id uuid not null,
  primary key (organization_id, customer_id)
);

-- What becomes overdue, and what the delay of mode paidAndOverdue grows by.
create index invoices_unpaid on invoices (organization_id, due_at) include (customer_id)
  where state = 'disputed' or (state = 'open' and allocated < amount);
-- Runs of a change beside those that it set off itself: they keep it from being trimmed.
create index rule_runs_repeated on rule_runs (change_id) where kind in ('backfill', 'replay');
create index jobs_finished on jobs (organization_id, finished_at) where finished_at is not null;
