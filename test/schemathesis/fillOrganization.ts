import { type ApiClient, ApiClient as Client, type Credentials } from "../helpers/apiClient.ts";

export interface Filled {
  key: Credentials;
  /** Ids of keys that nobody uses. */
  decoys: string[];
}

const DECOYS = 40;
const DECOY = { name: "Decoy", scope: "read" };

/** Makes an organization in which the ids that the document's examples name exist. */
export async function fillOrganization(root: ApiClient, api: string): Promise<Filled> {
  const owner = { email: "o@acme.test", name: "O" };
  const { apiKey } = await root.post<{ apiKey: Credentials }>("/admin/organizations", { name: "Acme", owner });
  const client = new Client(api, apiKey);
  const externalId = "C-1";
  const customerId = `external:${externalId}`;
  await client.post("/v1/users", { email: "ann@acme.test", name: "Ann", position: "accountManager" });
  await client.post("/v1/workflows", { externalId, name: "Collection agency" });
  await client.post("/v1/payment_methods", { externalId, name: "Card", kind: "card" });
  await client.post("/v1/custom_fields", { key: "plan", type: "SELECT", options: ["Basic", "Premium"] });
  await client.post("/v1/customers", { externalId, name: "Globex", userIds: ["ann@acme.test"] });
  const dates = { issuedAt: "2026-01-01", dueAt: "2026-01-31" };
  for (const id of [externalId, "I-1"]) {
    await client.post("/v1/invoices", { ...dates, externalId: id, customerId, amount: 500_000 });
  }
  const money = { externalId, customerId, amount: 100 };
  await client.post("/v1/payments", { ...money, paidAt: "2026-02-07" });
  await client.post("/v1/credit_notes", { ...money, issuedAt: "2026-02-07" });
  await client.post("/v1/refunds", { ...money, issuedAt: "2026-02-07" });
  await client.post("/v1/contacts", { externalId, customerId, name: "Hank", main: true });
  await client.post("/v1/views", { name: "All", shared: true });
  const rule = await client.post<{ id: string }>("/v1/rules", {
    name: "Everyone to collections",
    trigger: { type: "customerCreatedOrUpdated" },
    actions: [{ type: "assignWorkflow", workflowId: customerId }],
  });
  await client.post(`/v1/rules/${rule.id}/activate`);
  const decoys = Array.from({ length: DECOYS }, () => client.post<{ id: string }>("/v1/api_keys", DECOY));
  return { key: apiKey, decoys: (await Promise.all(decoys)).map(({ id }) => id) };
}
