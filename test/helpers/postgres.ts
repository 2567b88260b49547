import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { connect, type Sql } from "../../db/client.ts";
import { eventually } from "./poll.ts";

/** A database of one test or test file. */
export interface TestDatabase {
  url: string;
  /** A small pool on it, of the kind the product uses. */
  sql: Sql;
  /** Closes the pool and removes the database with everybody still connected to it. */
  drop(): Promise<void>;
}

/** A fresh database with every migration applied, copied from the run's template; `empty` starts without any. */
export async function createTestDatabase({ empty = false, max = 8 } = {}): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  const template = empty ? "template1" : inject("templateDatabase");
  // Postgres refuses a copy while somebody, autovacuum too, is connected to the template.
  await eventually(
    () => asAdmin((admin) => admin`create database ${admin(name)} template ${admin(template)}`).then(() => true),
    { message: `a copy of ${template}`, timeoutMs: 60_000 },
  );
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${name}`;
  const sql = connect(url.href, { max, applicationName: "tripline test" });
  return {
    url: url.href,
    sql,
    drop: async () => {
      await sql.end({ timeout: 5 });
      await asAdmin((admin) => admin`drop database if exists ${admin(name)} with (force)`);
    },
  };
}

async function asAdmin<T>(work: (admin: Sql) => Promise<T>): Promise<T> {
  const admin = connect(inject("postgresUrl"), { max: 1, applicationName: "tripline test admin" });
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}
