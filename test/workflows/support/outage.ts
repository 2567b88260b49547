import { inject } from "vitest";
import { connect } from "../../../db/client.ts";

/** Makes a database refuse everybody, those connected included, while `meanwhile` runs. */
export async function whileUnreachable<T>(databaseUrl: string, meanwhile: () => Promise<T>): Promise<T> {
  const name = new URL(databaseUrl).pathname.slice(1);
  const admin = connect(inject("postgresUrl"), { max: 1, applicationName: "tripline test admin" });
  try {
    await admin`alter database ${admin(name)} allow_connections false`;
    await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`;
    return await meanwhile();
  } finally {
    await admin`alter database ${admin(name)} allow_connections true`;
    await admin.end();
  }
}
