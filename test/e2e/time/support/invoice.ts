import type { Step } from "./story.ts";

const DAY_MS = 86_400_000;

/** An invoice of 100 that is due so many days from the present one. */
export const invoice = (dueIn: number): Step => ({
  happens: async ({ world: { env }, organization: { api } }) => {
    const dueAt = new Date((await env.currentTimeMs()) + dueIn * DAY_MS).toISOString().slice(0, 10);
    const document = { customerId: "external:C", currency: "EUR", amount: 100, issuedAt: "2026-01-01", dueAt };
    await api.post("/v1/invoices", { externalId: "I", ...document });
  },
});
