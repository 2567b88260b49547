import type { Queryable, Sql, Transaction } from "./client.ts";
import type { Fragment } from "./lists.ts";
import { inTransaction } from "./transaction.ts";

/**
 * The pace of channels: at most `messages_per_minute`, one after the other, over all workers together, and silence while the
 * receiver asked for it. A message has its turn (`send_at`) when it is claimed; an attempt after a failed one takes a new turn.
 */

/** How far ahead turns are given out. What has no turn by then stays planned, so that nothing waits in Temporal for long. */
const AHEAD_S = 60;
/** A turn that passed so long ago is given back, or all that waited for a worker would go out at once. */
const STALE_MS = 10_000;
/** After a silence, messages without a limit come back spread over this time. */
const SPREAD_MS = 2_000;

/** How many messages of the channel `ch` can be claimed now, at most `most`. */
export function room(sql: Queryable, most: number): Fragment {
  return sql`
    case when ch.held_until > now() then 0
         when ch.messages_per_minute is null then ${most}::int
         else least(${most}::int, greatest(0, floor(
           (${AHEAD_S} - extract(epoch from greatest(ch.next_send_at, now()) - now())) * ch.messages_per_minute / 60.0)))::int end`;
}

/** Gives claimed messages of channels with a limit their turns, oldest first. */
export async function giveTurns(tx: Transaction, ids: string[]): Promise<void> {
  await tx`
    with claimed as (
      select n.id, n.channel_id, row_number() over (partition by n.channel_id order by n.id) - 1 as place
      from notifications n where n.id = any(${ids}::uuid[])
    ), paced as (
      select ch.id, greatest(ch.next_send_at, now()) as first, interval '1 minute' / ch.messages_per_minute as pause
      from channels ch
      where ch.messages_per_minute is not null and ch.id in (select channel_id from claimed)
    ), moved as (
      update channels ch set next_send_at = paced.first + paced.pause * (select count(*) from claimed where channel_id = ch.id)
      from paced where paced.id = ch.id
    )
    update notifications n set send_at = paced.first + paced.pause * claimed.place
    from claimed join paced on paced.id = claimed.channel_id where n.id = claimed.id`;
}

/** ms until a claimed message may be sent; 0 or less: now. */
export async function waitForTurn(sql: Sql, organizationId: string, id: string): Promise<number> {
  const [row] = await sql<{ perMinute: number | null; held: number | null; turn: number | null }[]>`
    select ch.messages_per_minute as "perMinute",
           (extract(epoch from ch.held_until - now()) * 1000)::float8 as held,
           (extract(epoch from n.send_at - now()) * 1000)::float8 as turn
    from notifications n join channels ch on ch.id = n.channel_id
    where n.id = ${id} and n.organization_id = ${organizationId} and n.status = 'running'`;
  if (!row) return 0;
  const { perMinute, held, turn } = row;
  const isHeld = held !== null && held > 0;
  if (perMinute === null) return isHeld ? held + Math.random() * SPREAD_MS : 0;
  if (turn !== null && turn > -STALE_MS && !isHeld) return turn;
  return takeTurn(sql, id);
}

/** Takes the channel's next free turn for a message, and answers in how many ms it comes. */
async function takeTurn(sql: Sql, id: string): Promise<number> {
  return inTransaction(sql, async (tx) => {
    const [row] = await tx<{ turn: number }[]>`
      with moved as (
        update channels ch set next_send_at = greatest(ch.next_send_at, ch.held_until, now()) + interval '1 minute' / ch.messages_per_minute
        where ch.id = (select channel_id from notifications where id = ${id}) and ch.messages_per_minute is not null
        returning ch.next_send_at - interval '1 minute' / ch.messages_per_minute as turn
      )
      update notifications set send_at = moved.turn from moved where id = ${id}
      returning (extract(epoch from moved.turn - now()) * 1000)::float8 as turn`;
    return row?.turn ?? 0;
  });
}

/** The receiver asked for quiet: nothing goes to this channel for so many ms. */
export async function holdChannel(sql: Queryable, id: string, ms: number): Promise<void> {
  await sql`
    update channels set held_until = greatest(held_until, now() + ${ms}::float8 * interval '1 millisecond')
    where id = ${id}`;
}
