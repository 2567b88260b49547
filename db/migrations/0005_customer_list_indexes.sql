-- Indexes of the lists. Measured on 1,000,000 customers (see docs/api.md): three conditions that they serve took 0.4 to
-- 2.4 s and take 2 to 40 ms.
-- Every update of a customer writes to each of them, because it moves `updated_at` anyway: what few lists need has none.

-- Any conditions on standard fields: those behind the first are compared within the index, before a customer is read. Texts, because
-- filters compare as text. `id` at the end lets a count be read from the index alone.
create index customers_scan on customers (organization_id, country, (rating::text), (currency::text), workflow_id,
  outstanding, overdue, overdue_since, credit_limit, created_at, id) where excluded_at is null;
-- The planner knows how frequent these texts are only by statistics of their own: the column's are about char.
create statistics customers_rating_text on (rating::text) from customers;
create statistics customers_currency_text on (currency::text) from customers;
-- Of many different values, each with few customers.
create index customers_city on customers (organization_id, city) where excluded_at is null;

-- The orders in which people read the list, and ranges; who owes nothing is not in them.
create index customers_outstanding on customers (organization_id, outstanding, id) where excluded_at is null and outstanding > 0;
create index customers_overdue on customers (organization_id, overdue, id) where excluded_at is null and overdue > 0;

-- The customers of an account manager, and values of custom fields.
create index customers_sets on customers using gin (user_ids, custom_fields jsonb_path_ops) where excluded_at is null;

-- An index-only count must look into every page that was written since the last vacuum.
alter table customers set (autovacuum_vacuum_scale_factor = 0.05);

-- Names apart from the rows that every payment rewrites: in an index of `customers` the trigrams of the name would be written each
-- time (75 of 190 µs an update).
create table customer_names (
  customer_id uuid primary key,
  name text not null
);

create function customer_names_insert() returns trigger language plpgsql as $$
begin
  insert into customer_names (customer_id, name) select id, name from inserted where name is not null;
  return null;
end $$;
create trigger customer_names_insert after insert on customers referencing new table as inserted
  for each statement execute function customer_names_insert();

create function customer_names_update() returns trigger language plpgsql as $$
begin
  if new.name is null then
    delete from customer_names where customer_id = new.id;
  else
    insert into customer_names (customer_id, name) values (new.id, new.name)
    on conflict (customer_id) do update set name = excluded.name;
  end if;
  return null;
end $$;
create trigger customer_names_update after update of name on customers
  for each row when (old.name is distinct from new.name) execute function customer_names_update();

insert into customer_names (customer_id, name) select id, name from customers where name is not null;

-- Parts of names. Where the extension is missing or not allowed, the names are read one after the other: 0.5 s for 1,000,000.
do $$
begin
  if exists (select from pg_available_extensions where name = 'pg_trgm') then
    create extension if not exists pg_trgm;
    create index customer_names_part on customer_names using gin (name gin_trgm_ops);
  end if;
exception
  when insufficient_privilege or undefined_object or feature_not_supported then
    raise notice 'no trigram index of customer names: %', sqlerrm;
end $$;
analyze customer_names;
analyze customers;

-- GET /v1/changes and /v1/runs with `since`, and runs that are neither applied nor skipped, which are few.
create index changes_created on changes (organization_id, created_at);
create index rule_runs_created on rule_runs (organization_id, created_at);
create index rule_runs_status on rule_runs (organization_id, status, id) where status not in ('applied', 'skipped');
