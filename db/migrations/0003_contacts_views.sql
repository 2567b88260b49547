-- People at customers, and saved views of the customer list.

create table contacts (
  id uuid primary key,
  organization_id uuid not null references organizations,
  customer_id uuid not null references customers,
  external_id text,
  name text not null,
  email text,
  position text,
  main boolean not null default false,
  email_status text not null default 'ok' check (email_status in ('ok', 'bounced')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index contacts_external_id on contacts (organization_id, external_id);
-- At most one main contact per customer.
create unique index contacts_main on contacts (customer_id) where main;
create index contacts_customer on contacts (customer_id);
create index contacts_organization on contacts (organization_id, id);

create table views (
  id uuid primary key,
  organization_id uuid not null references organizations,
  -- Null: made with a key that stands for no user, and owned by all such keys.
  owner_id uuid references users on delete cascade,
  name text not null,
  columns jsonb not null default '[]',
  -- As the list's `sort` parameter: a field, with - before it for the other direction.
  sort text,
  -- Conditions as in rules, with things named by id.
  filters jsonb not null default '[]',
  shared boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index views_organization on views (organization_id, id);
