import { z } from "@hono/zod-openapi";
import { type PaymentMethod, type PaymentMethodFields, paymentMethods } from "../../db/paymentMethods.ts";
import { customersHolding, rulesNamingId } from "../../db/uses.ts";
import { nounRoutes } from "../nounRoutes.ts";
import type { Router } from "../router.ts";
import { EXAMPLE_ID, exampleTimes, externalId, name, timestamps } from "../schemas.ts";

const create = z
  .strictObject({ externalId: externalId.nullable().optional(), name: name(), kind: name(100) })
  .openapi("PaymentMethodInput", { example: { name: "Card", kind: "card" } });
const edit = z.strictObject({
  externalId: externalId.nullable().optional(),
  name: name().optional(),
  kind: name(100).optional(),
});

const answer = z
  .object({ id: z.string(), externalId: z.string().nullable(), name: z.string(), kind: z.string(), ...timestamps })
  .openapi("PaymentMethod", {
    example: { id: EXAMPLE_ID, externalId: null, name: "Card", kind: "card", ...exampleTimes },
  });

export function paymentMethodsRoutes(router: Router): void {
  nounRoutes<PaymentMethodFields, PaymentMethod, z.output<typeof create>, z.output<typeof edit>>(router, {
    path: "/v1/payment_methods",
    tag: "Payment methods",
    noun: "payment method",
    plural: "paymentMethods",
    store: paymentMethods,
    create,
    edit,
    answer,
    toFields: (body) => ({ externalId: null, ...body }),
    toEdit: (body) => body,
    existing: async ({ externalId }, { tx, organizationId }) =>
      externalId == null ? null : await paymentMethods.get(tx, organizationId, `external:${externalId}`),
    uses: async (method, { tx, organizationId }) => [
      ...(await customersHolding(tx, organizationId, "payment_method_ids", method.id)),
      ...(await rulesNamingId(tx, organizationId, method.id)),
    ],
  });
}
