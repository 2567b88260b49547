-- What an operator looks at, and changes whose evaluation failed.

-- Of runs and notifications, those that are open: the metrics count them at every scrape, however many have ended.
create index rule_runs_open on rule_runs (status, created_at) where status in ('planned', 'held', 'running', 'waiting');
create index notifications_unsent on notifications (status, kind, created_at)
  where status in ('gathering', 'planned', 'held', 'running');
create index notifications_failed on notifications (created_at) include (kind) where status = 'failed';

-- An evaluation that failed was tried again by hand, when and by whom ({"keyId", "userId"?}); the failure before it stays told.
alter table evaluations
  add column retried_at timestamptz,
  add column retried_by jsonb,
  add column failed_before text;
