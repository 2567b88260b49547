import type { LiveEvent } from "../../examples/schema.ts";
import { type Change, changesAnswer, named } from "./answers.ts";
import { DemoError } from "./errors.ts";
import type { Session } from "./session.ts";

/** A live event with the change it raised. */
export interface Happening {
  event: LiveEvent;
  change: Change;
}

/** Sends one round's writes, one after the other. */
export async function sendRound(session: Session, events: LiveEvent[]): Promise<void> {
  for (const event of events) {
    const step = `live-${event.round}-${event.customer}`;
    const body = session.symbols.resolve(event.body);
    await session.client.send(event.method, event.path, body, named, { idempotencyKey: session.idempotencyKey(step) });
  }
}

/** Finds the change of each event: a customer's events are its last changes that no rule wrote, in the same order. */
export async function findChanges(session: Session, events: LiveEvent[]): Promise<Happening[]> {
  const happenings = new Map<LiveEvent, Change>();
  for (const customer of new Set(events.map((event) => event.customer))) {
    const own = events.filter((event) => event.customer === customer);
    const written = (await changesOf(session, customer)).filter(({ source }) => source !== "rule").slice(-own.length);
    for (const [at, event] of own.entries()) {
      const change = written[at];
      if (change !== undefined) happenings.set(event, change);
    }
  }
  return events.map((event) => {
    const change = happenings.get(event);
    if (change === undefined) throw new DemoError(`No change was recorded for "${event.about}" of ${event.customer}.`);
    return { event, change };
  });
}

/** A customer's changes by version. */
async function changesOf(session: Session, externalId: string): Promise<Change[]> {
  const query = new URLSearchParams({ customerId: `external:${externalId}`, limit: "500" });
  const { changes } = await session.client.get(`/v1/changes?${query}`, changesAnswer);
  return changes.sort((a, b) => a.version - b.version);
}
