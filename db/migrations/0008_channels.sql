-- Pace of channels, and digests.
alter table channels
  -- Null: no limit.
  add messages_per_minute integer check (messages_per_minute between 1 and 100000),
  -- The next moment that is free for a message, where there is a limit.
  add next_send_at timestamptz,
  -- The receiver asked for quiet (Retry-After).
  add held_until timestamptz;
-- Slack takes one message a second per incoming webhook.
update channels set messages_per_minute = 60 where kind = 'slack';

alter table notifications
  -- A digest is a message of its own that belongs to no one run; what it gathers points at it.
  alter run_id drop not null,
  alter action_index drop not null,
  alter customer_id drop not null,
  add digest text check (digest in ('hourly', 'daily')),
  add digest_id uuid references notifications on delete set null,
  -- Not before then.
  add due_at timestamptz,
  -- Its turn on a channel with a limit, while it runs and has not been attempted.
  add send_at timestamptz,
  drop constraint notifications_status_check,
  add constraint notifications_status_check
    check (status in ('gathering', 'planned', 'held', 'running', 'sent', 'failed', 'cancelled')),
  add constraint notifications_belonging check (
    (run_id is null) = (customer_id is null) and (run_id is null) = (action_index is null) and (run_id is not null or digest is not null));

create index notifications_waiting on notifications (channel_id, id) where status = 'planned';
create index notifications_gathering on notifications (organization_id, due_at) where status = 'gathering' and digest_id is null;
create index notifications_digest on notifications (digest_id) where digest_id is not null;
-- Finds out what a digest of the same period has been made for.
create index notifications_digests on notifications (channel_id, lower(recipient ->> 'email'), digest, due_at) where run_id is null;
create index notifications_customer on notifications (customer_id, created_at);
