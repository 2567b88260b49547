import type { RuleDraft } from "../../../rules/schema.ts";
import { startRuns } from "../../../temporal/startRuns.ts";
import type { TestOrganization } from "../../helpers/organization.ts";
import { eventually } from "../../helpers/poll.ts";
import type { TestDatabase } from "../../helpers/postgres.ts";
import type { TestWorker } from "./testWorker.ts";

type Message = Extract<RuleDraft["actions"][number], { type: "sendNotification" }>;

/** A rule that tells somebody of every new customer. */
export function telling(channelId: string, to: Message["to"], more: Partial<Message> = {}): RuleDraft {
  return {
    ...{ name: "tell", trigger: { type: "customerCreated" } },
    actions: [{ type: "sendNotification", channelId, to, subject: "New: {{ customer.name }}", body: "hello", ...more }],
  };
}

/** Creates customers, plans their notifications and starts the run workflows that carry them out. */
export async function tellOf(worker: TestWorker, org: TestOrganization, ...names: string[]): Promise<void> {
  await org.customers(names.map((name) => ({ externalId: `${org.id} ${name}`, name })));
  await org.evaluateAll();
  await startRuns(worker.client, worker.taskQueue, org.id, 1);
}

export interface Told {
  id: string;
  email: string;
  status: string;
  attempts: number;
  error: string | null;
}

/** An organization's messages to recipients, oldest first, once all of them are as they should be. */
export async function told(
  database: TestDatabase,
  org: TestOrganization,
  isDone: (one: Told) => boolean = ({ status }) => ["sent", "failed", "cancelled"].includes(status),
): Promise<Told[]> {
  return eventually(
    async () => {
      const rows = await database.sql<Told[]>`
        select id, recipient ->> 'email' as email, status, attempts, error from notifications
        where organization_id = ${org.id} and run_id is not null order by id`;
      return rows.length > 0 && rows.every(isDone) && [...rows];
    },
    { message: "the messages' end" },
  );
}
