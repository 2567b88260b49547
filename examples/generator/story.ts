import type { Customer, Invoice, Payment } from "../schema.ts";
import { emailOf, type Plan } from "./people.ts";

/** Customers whose numbers are chosen by hand, so that the live events of `examples/events.json` cross each line as told there. */
export interface StoryAccount {
  customer: Customer;
  invoices: Invoice[];
  payments: Payment[];
}

interface Opening {
  id: string;
  name: string;
  country: string;
  city: string;
  language: string;
  currency?: string;
  creditLimit?: number;
  plan: Plan;
  seats: number;
  fields?: Customer["customFields"];
  workflow?: string;
  manager: string;
  /** [number, issued, due, cents, state] */
  invoices?: [string, string, string, number, Invoice["state"]?][];
  /** [number, paid on, cents, number of the invoice it settles] */
  payments?: [string, string, number, string][];
}

const openings: Opening[] = [
  {
    id: "C-0001",
    name: "Atelier Lumière SAS",
    country: "FR",
    city: "Lyon",
    language: "fr",
    creditLimit: 2_000_000,
    plan: "Business",
    seats: 40,
    manager: "Ines Moreau",
    invoices: [
      ["LUM-1", "2026-07-02", "2026-08-01", 250_000],
      ["LUM-2", "2026-11-10", "2026-12-10", 400_000],
      // Sent twice by mistake and voided.
      ["LUM-3", "2026-11-10", "2026-12-10", 400_000, "void"],
    ],
    payments: [["LUM-P1", "2026-08-04", 250_000, "LUM-1"]],
  },
  {
    id: "C-0002",
    name: "Brasserie du Canal SRL",
    country: "BE",
    city: "Bruxelles",
    language: "fr",
    creditLimit: 800_000,
    plan: "Basic",
    seats: 12,
    manager: "Ines Moreau",
    invoices: [["CANAL-1", "2026-11-01", "2026-12-01", 300_000]],
  },
  {
    id: "C-0003",
    name: "Corvo Trasporti S.r.l.",
    country: "IT",
    city: "Bologna",
    language: "it",
    plan: "Business",
    seats: 30,
    manager: "Lucia Romano",
    invoices: [
      ["CORVO-1", "2026-01-30", "2026-03-01", 100_000],
      ["CORVO-2", "2026-06-01", "2026-07-01", 500_000],
    ],
    payments: [["CORVO-P1", "2026-03-21", 100_000, "CORVO-1"]],
  },
  {
    id: "C-0004",
    name: "Dune et Vent SARL",
    country: "FR",
    city: "Nantes",
    language: "fr",
    plan: "Basic",
    seats: 8,
    workflow: "Strict dunning",
    manager: "Ines Moreau",
    invoices: [
      ["DUNE-1", "2026-03-11", "2026-04-10", 40_000],
      ["DUNE-2", "2026-10-21", "2026-11-20", 80_000],
    ],
    payments: [["DUNE-P1", "2026-05-20", 40_000, "DUNE-1"]],
  },
  {
    id: "C-0005",
    name: "Échelle Conseil SAS",
    country: "FR",
    city: "Paris",
    language: "fr",
    plan: "Business",
    seats: 22,
    manager: "Ines Moreau",
    invoices: [["ECHELLE-1", "2026-10-25", "2026-11-24", 63_800]],
  },
  {
    id: "C-0006",
    name: "Fjällräv Mjukvara AB",
    country: "SE",
    city: "Malmö",
    language: "sv",
    currency: "SEK",
    plan: "Basic",
    seats: 40,
    fields: { csm_email: emailOf("Nils Lindqvist") },
    manager: "Nils Lindqvist",
    invoices: [["FJALL-1", "2026-10-30", "2026-11-29", 836_000]],
  },
  {
    id: "C-0007",
    name: "Gartenhaus Handel GmbH",
    country: "DE",
    city: "Hamburg",
    language: "de",
    plan: "Business",
    seats: 25,
    manager: "Jonas Keller",
  },
  {
    id: "C-0008",
    name: "Hafenkontor GmbH",
    country: "DE",
    city: "Hamburg",
    language: "de",
    plan: "Business",
    seats: 18,
    manager: "Jonas Keller",
  },
  {
    id: "C-0009",
    name: "Isola Moda S.p.A.",
    country: "IT",
    city: "Milano",
    language: "it",
    plan: "Basic",
    seats: 9,
    manager: "Lucia Romano",
  },
  {
    id: "C-0010",
    name: "Jura Optique SAS",
    country: "FR",
    city: "Lille",
    language: "fr",
    plan: "Business",
    seats: 35,
    manager: "Ines Moreau",
    invoices: [["JURA-1", "2026-11-03", "2026-12-03", 350_000]],
  },
  {
    id: "C-0011",
    name: "Kestrel Marine Ltd",
    country: "GB",
    city: "Bristol",
    language: "en",
    currency: "GBP",
    plan: "Business",
    seats: 28,
    manager: "Maeve O'Connor",
    invoices: [["KESTREL-1", "2026-11-05", "2026-12-05", 200_000]],
  },
  {
    id: "C-0012",
    name: "Loire Textiles SA",
    country: "FR",
    city: "Nantes",
    language: "fr",
    plan: "Business",
    seats: 31,
    manager: "Ines Moreau",
    invoices: [
      ["LOIRE-1", "2026-04-01", "2026-05-01", 200_000],
      ["LOIRE-2", "2026-08-30", "2026-09-29", 90_000],
    ],
    payments: [["LOIRE-P1", "2026-05-26", 200_000, "LOIRE-1"]],
  },
];

/** The hand-made customers C-0001 … C-0012 with their invoices and payments. */
export const story: StoryAccount[] = openings.map((opening) => {
  const currency = opening.currency ?? "EUR";
  const customerId = `external:${opening.id}`;
  return {
    customer: {
      externalId: opening.id,
      name: opening.name,
      email: `accounts@${opening.id.toLowerCase()}.example`,
      country: opening.country,
      city: opening.city,
      language: opening.language,
      currency,
      creditLimit: opening.creditLimit ?? null,
      customFields: { plan: opening.plan, seats: opening.seats, ...opening.fields },
      workflowId: `{{workflow:${opening.workflow ?? "Standard dunning"}}}`,
      userIds: [emailOf(opening.manager)],
      paymentMethodIds: ["{{paymentMethod:Bank transfer}}"],
    },
    invoices: (opening.invoices ?? []).map(([number, issuedAt, dueAt, amount, state]) => ({
      externalId: number,
      customerId,
      number,
      issuedAt,
      dueAt,
      amount,
      currency,
      state: state ?? "open",
    })),
    payments: (opening.payments ?? []).map(([externalId, paidAt, amount, number]) => ({
      externalId,
      customerId,
      amount,
      currency,
      paidAt,
      allocations: [{ invoiceId: `external:${number}`, amount }],
    })),
  };
});
