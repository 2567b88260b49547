import type { Sql } from "./client.ts";
import { newId } from "./uuid.ts";

/** The database was used with another Temporal namespace: its workflows would be started twice. */
export class WrongNamespace extends Error {
  override name = "WrongNamespace";
}

/** Ties the database to one Temporal namespace at its first start and holds it to that. Throws {@link WrongNamespace}. */
export async function claimInstallation(sql: Sql, namespace: string): Promise<string> {
  await sql`insert into installation (id, temporal_namespace) values (${newId()}, ${namespace}) on conflict (singleton) do nothing`;
  const [row] = await sql<
    { id: string; namespace: string }[]
  >`select id, temporal_namespace as namespace from installation`;
  if (row!.namespace !== namespace) {
    throw new WrongNamespace(
      `This database belongs to the Temporal namespace ${row!.namespace}, not ${namespace}: set TEMPORAL_NAMESPACE back, or update the row in "installation" if the move is meant.`,
    );
  }
  return row!.id;
}

/** The installation's id; null before the first start of API or worker. */
export async function installationId(sql: Sql): Promise<string | null> {
  const [row] = await sql<{ id: string }[]>`select id from installation`;
  return row?.id ?? null;
}
