import type { Sql } from "../../../db/client.ts";

/** What every table holds, by a hash over its rows. When a key was last used is noted once a minute, whatever it is used for. */
export async function fingerprint(sql: Sql): Promise<Map<string, string>> {
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`;
  const hashes = new Map<string, string>();
  for (const { name } of tables) {
    const [row] = await sql<{ hash: string }[]>`
      select md5(coalesce(string_agg(line, '' order by line), '')) as hash
      from (select (to_jsonb(t) - 'last_used_at')::text as line from ${sql(name)} t) lines`;
    hashes.set(name, row!.hash);
  }
  return hashes;
}
