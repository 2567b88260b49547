import { expect } from "vitest";
import { addDays } from "../../../../rules/days.ts";
import type { Filter, Trigger } from "../../../../rules/schema.ts";
import type { Scene } from "./scene.ts";

/** One write to the customer C, and the rules whose trigger and filters match the change that it makes. */
export interface Step {
  /** Fields of the customer. */
  set?: Record<string, unknown>;
  /** Brings what it owes to this amount, by an invoice or a payment. */
  owes?: number;
  /** An invoice that is long due. */
  billed?: true;
  /** Pays it so many days late, or moves the payment to that day. */
  paidLate?: number;
  /** Takes that payment back, so that nothing counts for the delay any more. */
  unpaid?: true;
  /** Any other request. */
  sends?: [method: string, path: string, body: unknown];
  /** Names of rules; null where no change is made. */
  fires: string[] | null;
}

export interface Firing {
  name: string;
  /** Trigger and filters by the rule's name. */
  rules: Record<string, { trigger: Trigger; filters?: Filter[] }>;
  /** Custom fields, by type. */
  fields?: Record<string, string>;
  steps: Step[];
}

const DUE = "2024-01-31";

/** Takes the steps one after the other without waiting, then looks at what each change set off. The rules themselves do nothing. */
export async function playFiring(scene: Scene, { rules, fields = {}, steps }: Firing): Promise<void> {
  for (const [key, type] of Object.entries(fields)) await scene.organization.field(key, type);
  await scene.rules(
    ...Object.entries(rules).map(([name, { trigger, filters = [] }]) => ({
      ...{ name, trigger, filters },
      actions: [{ type: "assignPaymentMethods" as const, paymentMethodIds: [] }],
    })),
  );
  const versions: number[] = [];
  for (const { fires: _, ...step } of steps) {
    await take(scene, step);
    versions.push((await standing(scene)).version);
  }
  await scene.settled();
  for (const [index, { fires, ...step }] of steps.entries()) {
    const told = `step ${index + 1}: ${JSON.stringify(step)}`;
    const version = versions[index]!;
    expect(version, told).toBe((versions[index - 1] ?? 0) + (fires === null ? 0 : 1));
    if (fires === null) continue;
    const verdicts = await scene.explain("C", version);
    expect(verdicts, told).toHaveLength(Object.keys(rules).length);
    expect(
      verdicts.filter(({ matched }) => matched).map(({ name }) => name),
      told,
    ).toEqual(fires);
  }
  expect((await scene.changes()).map(({ outcome }) => outcome)).not.toContain("failed");
}

const standing = (scene: Scene) => scene.api.get<{ version: number; outstanding: number }>("/v1/customers/external:C");

async function take(scene: Scene, { set, owes, billed, paidLate, unpaid, sends }: Omit<Step, "fires">): Promise<void> {
  if (set !== undefined) await post(scene, "customers", { externalId: "C", name: "Globex", ...set });
  if (owes !== undefined) await owe(scene, owes);
  if (billed) await post(scene, "invoices", { ...money("late", 10_000), issuedAt: "2024-01-01", dueAt: DUE });
  if (paidLate !== undefined) await payLate(scene, paidLate);
  if (unpaid) await demand(scene, "DELETE", "/v1/payments/external:late-payment");
  if (sends !== undefined) await demand(scene, ...sends);
}

async function demand(scene: Scene, method: string, path: string, body?: unknown): Promise<void> {
  const answer = await scene.ask(method, path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
}

const post = (scene: Scene, kind: string, body: unknown) => demand(scene, "POST", `/v1/${kind}`, body);

const money = (externalId: string, amount: number) => ({
  ...{ externalId, amount, customerId: "external:C" },
  currency: "EUR",
});

async function owe(scene: Scene, amount: number): Promise<void> {
  const { outstanding, version } = await standing(scene);
  const document = money(`D-${version}`, Math.abs(amount - outstanding));
  if (amount > outstanding) await post(scene, "invoices", { ...document, issuedAt: "2024-01-01", dueAt: "2099-01-31" });
  else await post(scene, "payments", { ...document, paidAt: "2024-02-01" });
}

async function payLate(scene: Scene, days: number): Promise<void> {
  const paidAt = addDays(DUE, days);
  const moved = await scene.ask("PATCH", "/v1/payments/external:late-payment", { paidAt });
  if (moved.status === 200) return;
  const allocations = [{ invoiceId: "external:late", amount: 10_000 }];
  await post(scene, "payments", { ...money("late-payment", 10_000), paidAt, allocations });
}
