import { randomUUID } from "node:crypto";
import type { ApiClient } from "../../helpers/apiClient.ts";
import type { ApiOrganization } from "../../helpers/apiOrganization.ts";
import type { Stack } from "../../helpers/stack.ts";

/** Every invoice and payment is of this amount: a customer owes it, or nothing. */
const AMOUNT = 600_000;
const LINE = 500_000;
const CUSTOMERS = 40;
const WRITERS = 4;
/** Rounds of one invoice or payment per customer: 50 × 40 customers are 2,000 changes. */
export const ROUNDS = 50;
/** Customers of one in four are in the US, about whom somebody is told. */
const TOLD_EVERY = 4;

/** An organization whose every written change sets off a chain: workflow, then owner, and for some a webhook. */
export interface Traffic {
  organization: ApiOrganization;
  /** Rule names with how many runs each must have had once `rounds` rounds are through. */
  expectedRuns(rounds: number): Record<string, number>;
  expectedChanges(rounds: number): number;
  expectedNotifications(rounds: number): number;
  standard: string;
  bob: string;
  /** Ids that writes were answered with. */
  acknowledged: string[];
  /** Writes these rounds (from, to] with several writers at once; each write is repeated under its key until it is answered. */
  write(from: number, to: number): Promise<void>;
}

/** Makes the organization, its rules and its customers, and waits until the customers are evaluated. */
export async function openTraffic(stack: Stack, webhook: string): Promise<Traffic> {
  const organization = await stack.organization();
  const agency = await organization.workflow("Collection agency");
  const standard = await organization.workflow("Standard");
  const ann = await organization.user("ann@acme.test");
  const bob = await organization.user("bob@acme.test");
  const channelId = await organization.channel({ kind: "webhook", url: webhook, secret: "s3cret" });
  const follows = (workflow: string) => ({
    trigger: { type: "customerCreatedOrUpdated" as const, onlyWhenStartsMatching: true },
    filters: [{ field: "workflow", op: "is" as const, values: [workflow] }],
  });
  const crosses = (direction: "exceeds" | "fallsBelow") =>
    ({ type: "outstandingThreshold", direction, value: LINE }) as const;
  await organization.activate(
    { name: "over", trigger: crosses("exceeds"), actions: [{ type: "assignWorkflow", workflowId: agency }] },
    { name: "under", trigger: crosses("fallsBelow"), actions: [{ type: "assignWorkflow", workflowId: standard }] },
    { name: "to ann", ...follows(agency), actions: [{ type: "assignUsers", userIds: [ann] }] },
    { name: "to bob", ...follows(standard), actions: [{ type: "assignUsers", userIds: [bob] }] },
    {
      name: "tell",
      trigger: crosses("exceeds"),
      filters: [{ field: "country", op: "is", values: ["US"] }],
      actions: [{ type: "sendNotification", channelId, to: [{ userId: ann }], body: "{{ customer.externalId }}" }],
    },
  );
  const customers = Array.from({ length: CUSTOMERS }, (_, index) => `C-${index}`);
  const acknowledged: string[] = [];
  const bulk = async (path: string, items: unknown[]) => {
    const { results } = await until<{ results: { status: number; id: string }[] }>(organization.api, path, { items });
    const refused = results.filter((result) => result.status !== 201);
    if (refused.length > 0) throw new Error(`a write was refused: ${JSON.stringify(refused[0])}`);
    acknowledged.push(...results.map((result) => result.id));
  };
  const country = (index: number) => (index % TOLD_EVERY === 0 ? "US" : "FR");
  await bulk(
    "/v1/bulk/customers",
    customers.map((externalId, index) => ({ externalId, name: externalId, country: country(index) })),
  );
  await organization.settled();

  const write = async (from: number, to: number) => {
    const writer = async (place: number) => {
      const own = customers.filter((_, index) => index % WRITERS === place);
      for (let round = from + 1; round <= to; round++) {
        const money = (customer: string) => ({
          externalId: `${customer}/${round}`,
          customerId: `external:${customer}`,
        });
        if (round % 2 === 1) {
          const dates = { issuedAt: "2026-01-01", dueAt: "2026-01-31" };
          await bulk(
            "/v1/bulk/invoices",
            own.map((customer) => ({ ...money(customer), ...dates, amount: AMOUNT, currency: "EUR" })),
          );
        } else {
          await bulk(
            "/v1/bulk/payments",
            own.map((customer) => ({ ...money(customer), paidAt: "2026-02-01", amount: AMOUNT, currency: "EUR" })),
          );
        }
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, (_, place) => writer(place)));
  };

  const over = (rounds: number) => Math.ceil(rounds / 2) * CUSTOMERS;
  const under = (rounds: number) => Math.floor(rounds / 2) * CUSTOMERS;
  const expectedNotifications = (rounds: number) => over(rounds) / TOLD_EVERY;
  return {
    ...{ organization, standard, bob, acknowledged, write, expectedNotifications },
    expectedRuns: (rounds) => ({
      over: over(rounds),
      under: under(rounds),
      "to ann": over(rounds),
      "to bob": under(rounds),
      tell: expectedNotifications(rounds),
    }),
    // The creation, and with every write two more: the workflow that a rule sets, then the owner.
    expectedChanges: (rounds) => CUSTOMERS + 3 * CUSTOMERS * rounds,
  };
}

/** Posts under one idempotency key until an answer says that it is done, however often the server dies meanwhile. */
async function until<Answer>(api: ApiClient, path: string, body: unknown): Promise<Answer> {
  const key = { "Idempotency-Key": randomUUID() };
  const deadline = Date.now() + 60_000;
  for (let wait = 20; ; wait = Math.min(wait * 2, 500)) {
    const answer = await api
      .send("POST", path, body, key)
      .catch((error: Error) => ({ status: 0, body: error.message }));
    if (answer.status === 200 || answer.status === 201) return answer.body as Answer;
    const again = answer.status === 0 || answer.status === 409 || answer.status >= 500;
    if (!again || Date.now() > deadline) {
      throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
