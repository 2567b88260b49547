import { connect } from "../../db/client.ts";
import { createTestDatabase, type TestDatabase } from "./postgres.ts";

/** A test database whose `now()` can be put ahead, so that it keeps pace with a Temporal whose time is skipped, or be stopped. */
export interface ClockedDatabase extends TestDatabase {
  /** Puts `now()` so many milliseconds ahead of the machine's clock. */
  putAhead(ms: number): Promise<void>;
  /** Stops `now()` at this moment, so that what is counted from it does not depend on how fast the machine is. */
  stopClock(): Promise<void>;
}

/** As {@link createTestDatabase}, with a `now()` of its own in front of Postgres', also in the columns' defaults. */
export async function createClockedDatabase(): Promise<ClockedDatabase> {
  const database = await createTestDatabase();
  const name = new URL(database.url).pathname.slice(1);
  // The search path is read when a connection opens, so that this one sets it for all others.
  const first = connect(database.url, { max: 1, applicationName: "tripline test" });
  try {
    await first`create table clock (ahead interval not null, stopped_at timestamptz)`;
    await first`insert into clock values (interval '0', null)`;
    await first`
      create function public.now() returns timestamptz language sql stable
      as 'select coalesce(stopped_at, pg_catalog.now()) + ahead from public.clock'`;
    await first`alter database ${first(name)} set search_path = public, pg_catalog`;
    await first`set search_path = public, pg_catalog`;
    await first`
      do $$ declare one record; begin
        for one in
          select d.adrelid::regclass as place, a.attname as name
          from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
          where pg_get_expr(d.adbin, d.adrelid) in ('now()', 'pg_catalog.now()')
        loop
          execute format('alter table %s alter column %I set default public.now()', one.place, one.name);
        end loop;
      end $$`.simple();
  } finally {
    await first.end();
  }
  return {
    ...database,
    putAhead: async (ms) => {
      await database.sql`update clock set ahead = ${ms}::float8 * interval '1 millisecond'`;
    },
    stopClock: async () => {
      await database.sql`update clock set stopped_at = pg_catalog.now()`;
    },
  };
}
