import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { connect } from "./client.ts";

const FOLDER = path.join(path.dirname(fileURLToPath(import.meta.url)), "migrations");
/** Any two starts at once take turns. */
const LOCK = 7_203_115;

/**
 * Applies every migration that the database has not had, in name order, each in a transaction of its own.
 * Returns the names applied now. Throws when the database has had one that this build does not know (a newer build's).
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const sql = connect(databaseUrl, { max: 1, applicationName: "tripline migrate" });
  try {
    await sql`select pg_advisory_lock(${LOCK})`;
    await sql`create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())`;
    const applied = new Set((await sql<{ name: string }[]>`select name from migrations`).map((row) => row.name));
    const known = (await readdir(FOLDER)).filter((name) => name.endsWith(".sql")).sort();
    const unknown = [...applied].filter((name) => !known.includes(name));
    if (unknown.length > 0) {
      throw new Error(`The database was migrated by a newer build (${unknown.join(", ")}): start that build instead.`);
    }
    const fresh = known.filter((name) => !applied.has(name));
    for (const name of fresh) {
      const text = await readFile(path.join(FOLDER, name), "utf8");
      await sql.begin(async (tx) => {
        await tx.unsafe(text).simple();
        await tx`insert into migrations (name) values (${name})`;
      });
    }
    return fresh;
  } finally {
    await sql.end({ timeout: 5 });
  }
}
