/** Who sends: keys by scope, and keys of users by role and position. */
export const CALLERS = ["adminKey", "writeKey", "readKey", "owner", "admin", "financeUser", "accountManager"] as const;
export type CallerName = (typeof CALLERS)[number];

const ALL = CALLERS;
const ADMINS: readonly CallerName[] = ["adminKey", "owner", "admin"];
const WRITERS: readonly CallerName[] = [...ADMINS, "writeKey", "financeUser"];
const ASSIGNERS: readonly CallerName[] = [...ADMINS, "writeKey"];
const NOTERS: readonly CallerName[] = [...WRITERS, "accountManager"];

/**
 * Method, path, body and who may send it; whoever may not gets 403, or 404 where it is hidden from them. `{name}` stands for an
 * id, `{unique}` for a new text; a body that is a text is CSV.
 */
export type Row = [
  method: string,
  path: string,
  body: unknown,
  allowed: readonly CallerName[],
  hiddenFrom?: readonly CallerName[],
];

const invoice = { customerId: "{customer}", issuedAt: "2026-01-01", dueAt: "2026-01-31", amount: 100 };
const payment = { customerId: "{customer}", paidAt: "2026-01-01", amount: 100 };
const issued = { customerId: "{customer}", issuedAt: "2026-01-01", amount: 100 };
const contact = { customerId: "{customer}", name: "Kim" };
const rule = {
  name: "Rule",
  trigger: { type: "customerCreated" },
  actions: [{ type: "assignWorkflow", workflowId: null }],
};

/** What each thing that the paths name is made from. */
export const MAKERS: Record<string, [path: string, body: unknown]> = {
  customer: ["/v1/customers", { name: "Globex", userIds: ["am@acme.test"] }],
  user: ["/v1/users", { email: "{unique}@acme.test", name: "U" }],
  workflow: ["/v1/workflows", { name: "W" }],
  method: ["/v1/payment_methods", { name: "M", kind: "card" }],
  field: ["/v1/custom_fields", { key: "{unique}", type: "TEXT" }],
  channel: ["/v1/channels", { name: "C", kind: "inApp" }],
  key: ["/v1/api_keys", { name: "K", scope: "read" }],
  invoice: ["/v1/invoices", invoice],
  payment: ["/v1/payments", payment],
  creditNote: ["/v1/credit_notes", issued],
  refund: ["/v1/refunds", issued],
  contact: ["/v1/contacts", contact],
  view: ["/v1/views", { name: "V", shared: true }],
  rule: ["/v1/rules", rule],
  // In process nothing carries them on; the test brings two of them to the status that their name says.
  backfill: ["/v1/backfills", { ruleIds: ["{rule}"], dryRun: true }],
  awaitingApproval: ["/v1/backfills", { ruleIds: ["{rule}"], dryRun: true }],
  completed: ["/v1/backfills", { ruleIds: ["{rule}"], dryRun: true }],
  job: ["/v1/customers/actions", { ids: ["{customer}"], actions: [{ type: "setCustomFields", customFields: {} }] }],
};

/** The five operations of a noun whose writes these callers may send. */
function noun(
  path: string,
  id: string,
  body: unknown,
  writers: readonly CallerName[],
  readers: readonly CallerName[] = ALL,
): Row[] {
  return [
    ["GET", path, undefined, readers],
    ["POST", path, body, writers],
    ["GET", `${path}/${id}`, undefined, readers],
    ["PATCH", `${path}/${id}`, {}, writers],
    ["PUT", `${path}/${id}`, {}, writers],
    ["DELETE", `${path}/${id}`, undefined, writers],
  ];
}

export const TABLE: readonly Row[] = [
  ["GET", "/v1/organization", undefined, ALL],
  ["PATCH", "/v1/organization", { name: "Acme" }, ADMINS],
  ["PUT", "/v1/organization", { name: "Acme" }, ADMINS],
  ["POST", "/v1/organization/stop_rules", undefined, ADMINS],
  ["POST", "/v1/organization/start_rules", undefined, ADMINS],
  ...noun("/v1/users", "{user}", { email: "{unique}@acme.test", name: "New" }, ADMINS),
  ...noun("/v1/workflows", "{workflow}", { name: "New" }, ADMINS),
  ...noun("/v1/dunning_plans", "{workflow}", { name: "New" }, ADMINS),
  ...noun("/v1/payment_methods", "{method}", { name: "New", kind: "card" }, ADMINS),
  ...noun("/v1/custom_fields", "{field}", { key: "{unique}", type: "TEXT" }, ADMINS),
  ...noun("/v1/channels", "{channel}", { name: "New", kind: "inApp" }, ADMINS),
  ...noun("/v1/api_keys", "{key}", { name: "New", scope: "read" }, ADMINS, ADMINS),
  ["POST", "/v1/api_keys/{key}/rotate", undefined, ADMINS],
  ["GET", "/v1/customers", undefined, ALL],
  ["GET", "/v1/customers/{customer}", undefined, ALL],
  ["POST", "/v1/customers", { name: "New" }, WRITERS],
  ["POST", "/v1/customers", { name: "New", userIds: [] }, ASSIGNERS],
  ["PATCH", "/v1/customers/{customer}", { city: "Rome" }, WRITERS],
  ["PUT", "/v1/customers/{customer}", { city: "Rome" }, WRITERS],
  ["PATCH", "/v1/customers/{customer}", { workflowId: null }, ASSIGNERS],
  ["PATCH", "/v1/customers/{customer}", { paymentMethodIds: [] }, ASSIGNERS],
  ["PATCH", "/v1/customers/{customer}", { dunningPlanId: null }, ASSIGNERS],
  ["PATCH", "/v1/customers/{customer}", { accountManagerId: null }, ASSIGNERS],
  ["POST", "/v1/customers/{customer}/release", { slots: ["workflow"] }, ASSIGNERS],
  ["POST", "/v1/customers/{customer}/exclude", undefined, ASSIGNERS],
  ["POST", "/v1/integrations/salesforce/account_owners", { items: [{ accountId: "1", owners: [] }] }, []],
  [
    "POST",
    "/v1/customers/actions",
    { filter: [], dryRun: true, actions: [{ type: "setCustomFields", customFields: {} }] },
    WRITERS,
  ],
  [
    "POST",
    "/v1/customers/actions",
    { filter: [], dryRun: true, actions: [{ type: "assignWorkflow", workflowId: null }] },
    ASSIGNERS,
  ],
  ["POST", "/v1/imports/customers", "externalId,name\nX,Y\n", WRITERS],
  ["POST", "/v1/imports/customers", "externalId,workflow\nX,\n", ASSIGNERS],
  ["GET", "/v1/exports/customers", undefined, ALL],
  ["GET", "/v1/jobs", undefined, ALL],
  ["GET", "/v1/jobs/{job}", undefined, [...WRITERS, "readKey"], ["accountManager"]],
  ["POST", "/v1/jobs/{job}/cancel", undefined, WRITERS],
  ["GET", "/v1/customers/{customer}/invoices", undefined, ALL],
  ["GET", "/v1/customers/{customer}/contacts", undefined, ALL],
  ["GET", "/v1/customers/{customer}/timeline", undefined, ALL],
  ["POST", "/v1/customers/{customer}/timeline", { text: "called" }, NOTERS],
  ["GET", "/v1/customers/{customer}/evaluations", undefined, ALL],
  ["GET", "/v1/customers/{customer}/runs", undefined, ALL],
  ["GET", "/v1/customers/{customer}/tracking", undefined, ALL],
  ...noun("/v1/invoices", "{invoice}", invoice, WRITERS).filter(([method]) => method !== "DELETE"),
  ...noun("/v1/payments", "{payment}", payment, WRITERS),
  ...noun("/v1/credit_notes", "{creditNote}", issued, WRITERS),
  ...noun("/v1/refunds", "{refund}", issued, WRITERS),
  ...noun("/v1/contacts", "{contact}", contact, WRITERS),
  // A member changes their own views only; this one belongs to nobody.
  ["GET", "/v1/views", undefined, ALL],
  ["POST", "/v1/views", { name: "New" }, WRITERS],
  ...noun("/v1/views", "{view}", undefined, ASSIGNERS).slice(2),
  ["POST", "/v1/bulk/customers", { items: [{ name: "New" }] }, WRITERS],
  ["POST", "/v1/bulk/invoices", { items: [invoice] }, WRITERS],
  ["POST", "/v1/bulk/payments", { items: [payment] }, WRITERS],
  ["POST", "/v1/bulk/credit_notes", { items: [issued] }, WRITERS],
  ["POST", "/v1/bulk/refunds", { items: [issued] }, WRITERS],
  ...noun("/v1/rules", "{rule}", rule, ADMINS),
  ["GET", "/v1/rules/{rule}/versions", undefined, ALL],
  ["POST", "/v1/rules/{rule}/duplicate", undefined, ADMINS],
  ["POST", "/v1/rules/{rule}/activate", undefined, ADMINS],
  ["POST", "/v1/rules/{rule}/deactivate", undefined, ADMINS],
  ["POST", "/v1/rules/{activeRule}/pause", undefined, ADMINS],
  ["POST", "/v1/rules/{activeRule}/resume", undefined, ADMINS],
  ["POST", "/v1/rules/preview", { rule }, ADMINS],
  ["POST", "/v1/rules/what-if", { rule, days: 7 }, ADMINS],
  // The body is filled with every rule of the list.
  ["PUT", "/v1/rules/order", undefined, ADMINS],
  ["GET", "/v1/changes", undefined, ALL],
  ["GET", "/v1/changes/{change}", undefined, ALL],
  ["GET", "/v1/changes/{change}/explain", undefined, ALL],
  ["POST", "/v1/changes/{failedChange}/retry", undefined, ADMINS],
  ["GET", "/v1/runs", undefined, ALL],
  ["GET", "/v1/runs/{run}", undefined, ALL],
  ["POST", "/v1/runs/{openRun}/pause", undefined, ADMINS],
  ["POST", "/v1/runs/{openRun}/resume", undefined, ADMINS],
  ["POST", "/v1/runs/{cancelledRun}/cancel", undefined, ADMINS],
  ["POST", "/v1/runs/{failedRun}/retry", undefined, ADMINS],
  ["POST", "/v1/runs/{run}/replay", undefined, ADMINS],
  ["POST", "/v1/runs/{doneRun}/undo", undefined, ADMINS],
  ["POST", "/v1/runs/actions", { action: "cancel", runIds: ["{run}"] }, ADMINS],
  ["GET", "/v1/backfills", undefined, ADMINS],
  ["POST", "/v1/backfills", { ruleIds: ["{rule}"], dryRun: true }, ADMINS],
  ["GET", "/v1/backfills/{backfill}", undefined, ADMINS],
  ["GET", "/v1/backfills/{backfill}/results", undefined, ADMINS],
  ["POST", "/v1/backfills/{awaitingApproval}/approve", undefined, ADMINS],
  ["POST", "/v1/backfills/{backfill}/pause", undefined, ADMINS],
  ["POST", "/v1/backfills/{backfill}/resume", undefined, ADMINS],
  ["POST", "/v1/backfills/{backfill}/cancel", undefined, ADMINS],
  ["POST", "/v1/backfills/{completed}/retry", undefined, ADMINS],
  ["POST", "/v1/backfills/{appliedBackfill}/undo", undefined, ADMINS],
  ["GET", "/v1/schedules/ratings", undefined, ALL],
  ["PUT", "/v1/schedules/ratings", { at: "03:30" }, ADMINS],
  ["PATCH", "/v1/schedules/ratings", { enabled: true }, ADMINS],
  ["POST", "/v1/schedules/ratings/trigger", undefined, ADMINS],
  ["GET", "/v1/notifications", undefined, ALL],
  // Nobody has this message in their inbox.
  ["POST", "/v1/notifications/{message}/read", undefined, [], ALL],
];
