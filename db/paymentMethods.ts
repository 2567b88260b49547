import { type Noun, nounStore } from "./nouns.ts";

export interface PaymentMethodFields {
  externalId: string | null;
  name: string;
  kind: string;
}

export type PaymentMethod = Noun & PaymentMethodFields;

export const paymentMethods = nounStore<PaymentMethodFields, PaymentMethod>({
  table: "payment_methods",
  columns: { externalId: "external_id", name: "name", kind: "kind" },
});
