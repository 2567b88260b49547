import { eventually } from "../../helpers/poll.ts";
import type { Stack } from "../../helpers/stack.ts";
import type { Traffic } from "./traffic.ts";

/** Waits until this many changes are evaluated while others wait, or more are being written: work is under way. */
export async function midway({ sql }: Stack, { organization }: Traffic, evaluated: number): Promise<void> {
  const look = async () => {
    const [now] = await sql<{ evaluated: number; waiting: number }[]>`
      select (select count(*)::int from evaluations where organization_id = ${organization.id}) as evaluated,
             (select count(*)::int from change_queue where organization_id = ${organization.id}) as waiting`;
    if (now && now.evaluated >= evaluated && now.waiting > 0) return true;
    throw new Error(`${now?.evaluated} evaluated, ${now?.waiting} waiting`);
  };
  await eventually(look, { intervalMs: 1, timeoutMs: 60_000, message: `changes under way after ${evaluated}` });
}
