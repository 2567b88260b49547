-- Foreign keys whose checks cost more than the rows they guard: one index look-up and one row lock for each row, more
-- than a quarter of Postgres' time in a bulk write of invoices.
--
-- What they would catch cannot happen: such rows are inserted only by the transaction that has read the organization and holds
-- its customer's lock (or inserts the customer itself), and neither organizations nor customers are ever deleted. Between
-- documents, and to what people can delete, the foreign keys stay.
alter table customers drop constraint customers_organization_id_fkey;
alter table invoices drop constraint invoices_organization_id_fkey, drop constraint invoices_customer_id_fkey;
alter table credits drop constraint credits_organization_id_fkey, drop constraint credits_customer_id_fkey;
alter table allocations drop constraint allocations_customer_id_fkey;
alter table changes drop constraint changes_customer_id_fkey;

-- A write may create a parent after its child, since new customers are inserted in external-id order.
alter table customers alter constraint customers_parent_id_fkey deferrable initially deferred;
