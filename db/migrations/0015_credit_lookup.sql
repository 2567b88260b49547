-- Credits are looked up by external id within the organization; the kind comes last, so that looking up many at once need not name
-- it to be served.
drop index credits_external_id;
create unique index credits_external_id on credits (organization_id, external_id, kind);
