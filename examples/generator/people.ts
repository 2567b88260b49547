import type { CollectionWorkflow, CustomField, PaymentMethod, User } from "../schema.ts";

const DOMAIN = "demo.example";

/** The person to whom an address belongs, e.g. `emailOf("Ines Moreau")`. */
export function emailOf(name: string): string {
  return `${name.toLowerCase().replaceAll("'", "").replaceAll(" ", ".")}@${DOMAIN}`;
}

function person(name: string, role: User["role"], position: User["position"]): User {
  return { email: emailOf(name), name, role, position };
}

export const users: User[] = [
  person("Olivia Laurent", "owner", "financeUser"),
  person("Anton Weiss", "admin", "financeUser"),
  person("Farah Benali", "member", "financeUser"),
  person("Felix Brandt", "member", "financeUser"),
  person("Fiona Walsh", "member", "financeUser"),
  person("Ines Moreau", "member", "accountManager"),
  person("Jonas Keller", "member", "accountManager"),
  person("Lucia Romano", "member", "accountManager"),
  person("Maeve O'Connor", "member", "accountManager"),
  person("Nils Lindqvist", "member", "accountManager"),
  person("Noah Carter", "member", "accountManager"),
  person("Priya Nair", "member", "accountManager"),
];

export const PLANS = ["Basic", "Business", "Premium"] as const;
export type Plan = (typeof PLANS)[number];

export const customFields: CustomField[] = [
  { key: "plan", label: "Plan", type: "SELECT", options: [...PLANS] },
  { key: "segment", label: "Segment", type: "TEXT" },
  { key: "csm_email", label: "Customer success manager", type: "TEXT" },
  { key: "vip", label: "VIP", type: "BOOLEAN" },
  { key: "seats", label: "Seats", type: "NUMBER" },
  { key: "contract_end", label: "Contract end", type: "DATE" },
];

export const workflows: CollectionWorkflow[] = [
  { name: "Standard dunning" },
  { name: "Premium care" },
  { name: "Strict dunning" },
  { name: "Final notice" },
  { name: "Collection agency" },
];

export const paymentMethods: PaymentMethod[] = [
  { name: "Bank transfer", kind: "bankTransfer" },
  { name: "Card", kind: "card" },
  { name: "Direct debit", kind: "directDebit" },
];
