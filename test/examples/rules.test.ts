import { describe, expect, test } from "vitest";
import { createCompany } from "../../examples/generator/company.ts";
import { invoiceSchema, paymentSchema } from "../../examples/schema.ts";
import { type CheckContext, checkRule } from "../../rules/check.ts";
import { readCompany, readEvents, readRules } from "../../scripts/demo/company.ts";
import { Symbols } from "../../scripts/demo/symbols.ts";
import { openParts } from "./ledger.ts";

const company = await readCompany();
const samples = await readRules();
const events = await readEvents();

const symbols = new Symbols();
const ids = (kind: string, count: number) =>
  Array.from({ length: count }, (_, index) => `0190${kind}000-0000-7000-8000-${String(index).padStart(12, "0")}`);
const workflowIds = ids("a", company.workflows.length);
const paymentMethodIds = ids("b", company.paymentMethods.length);
const userIds = ids("c", company.users.length);
const [inApp = "", backOffice = ""] = ids("d", 2);
company.workflows.forEach(({ name }, index) => {
  symbols.define("workflow", name, workflowIds[index] ?? "");
});
company.paymentMethods.forEach(({ name }, index) => {
  symbols.define("paymentMethod", name, paymentMethodIds[index] ?? "");
});
symbols.define("channel", "In-app", inApp);
symbols.define("channel", "Back office", backOffice);

const context: CheckContext = {
  customFields: new Map(company.customFields.map((field) => [field.key, { options: [], ...field }])),
  userIds: new Set(userIds),
  userIdsByEmail: new Map(company.users.map(({ email }, index) => [email, userIds[index] ?? ""])),
  workflowIds: new Set(workflowIds),
  paymentMethodIds: new Set(paymentMethodIds),
  channelIds: new Map([
    [inApp, "inApp"],
    [backOffice, "webhook"],
  ]),
};

describe("the sample rules", () => {
  test("are ten, each with an explanation", () => {
    expect(samples).toHaveLength(10);
    for (const { file, about } of samples) expect(about.join(" ").length, file).toBeGreaterThan(50);
  });

  test.each(samples.map(({ file, rule }) => [file, rule]))("%s can be saved", (_, rule) => {
    const checked = checkRule(symbols.resolve(rule), context);
    expect(checked).not.toHaveProperty("errors");
  });

  test.each([
    ["customerCreated", '"type":"customerCreated"'],
    ["customerCreatedOrUpdated", '"type":"customerCreatedOrUpdated"}'],
    ["onlyWhenStartsMatching", '"onlyWhenStartsMatching":true'],
    ["an outstanding threshold, upwards", '"type":"outstandingThreshold","direction":"exceeds","value":500000'],
    ["an outstanding threshold, downwards", '"type":"outstandingThreshold","direction":"fallsBelow"'],
    ["an outstanding threshold against the credit limit", '"value":{"field":"creditLimit"}'],
    ["a rating threshold, better", '"type":"ratingThreshold","direction":"exceeds"'],
    ["a rating threshold, worse", '"type":"ratingThreshold","direction":"fallsBelow"'],
    ["an average payment delay threshold", '"type":"averagePaymentDelayThreshold"'],
    ["a changed condition", '"op":"changed"'],
    ["anyOf", '"anyOf":['],
    ["a text that holds a comma", '"op":"contains","value":"B2B, B2C"'],
    ["a relative day", '"daysFromToday"'],
    ["users by custom field", '"customFields":["csm_email"]'],
    ["an in-app message to the assigned users", '"to":[{"assignedUsers":true}]'],
    ["a webhook", '"channelId":"{{channel:Back office}}"'],
  ])("show %s", (_, json) => {
    expect(samples.some(({ rule }) => JSON.stringify(rule).includes(json))).toBe(true);
  });

  test("refuse a symbol that nothing was loaded for", () => {
    expect(() => symbols.resolve({ workflowId: "{{workflow:Nowhere}}" })).toThrow("{{workflow:Nowhere}}");
  });
});

describe("the live events", () => {
  test("move the outstanding balances as they tell it", () => {
    const { invoices, payments } = createCompany();
    const ledger = { invoices: [...invoices], payments: [...payments] };
    const outstanding = (customer: string) => {
      const { open, unapplied } = openParts(ledger, customer);
      return (open - unapplied) / 100;
    };
    let told = 0;
    for (const { about, customer, path, body } of events) {
      const before = outstanding(customer);
      if (path === "/v1/invoices") ledger.invoices.push(invoiceSchema.parse(body));
      if (path === "/v1/payments") ledger.payments.push(paymentSchema.parse(body));
      const [, was, is] = /outstanding ([\d,]+) → ([\d,]+)/.exec(about) ?? [];
      if (was === undefined || is === undefined) continue;
      told++;
      const amounts = [was, is].map((amount) => Number(amount.replaceAll(",", "")));
      expect([before, outstanding(customer)], about).toEqual(amounts);
    }
    expect(told).toBe(6);
  });

  test("come in rounds and name customers that are there by then", () => {
    const known = new Set(company.customers.map(({ externalId }) => externalId));
    let round = 1;
    for (const event of events) {
      expect(event.round - round === 0 || event.round - round === 1).toBe(true);
      round = event.round;
      if (event.path === "/v1/customers") known.add(event.customer);
      expect(known.has(event.customer), event.about).toBe(true);
    }
  });

  test("write to each customer at most once a round, so that each raises a change of its own", () => {
    const places = events.map(({ round, customer }) => `${round} ${customer}`);
    expect(new Set(places).size).toBe(places.length);
  });
});
