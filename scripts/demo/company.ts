import { readdir, readFile } from "node:fs/promises";
import { z } from "zod";
import * as shapes from "../../examples/schema.ts";
import { DemoError } from "./errors.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url);

/** A rule's file: an explanation for people, and the rule with symbolic names. */
const ruleFileSchema = z.looseObject({
  about: z.array(z.string()),
  name: z.string(),
  trigger: z.looseObject({ type: z.string() }),
});

/** A rule of `examples/rules` without its explanation. */
export interface SampleRule {
  file: string;
  about: string[];
  name: string;
  rule: Record<string, unknown>;
}

/** Reads `examples/company`, checking its shape. */
export async function readCompany(): Promise<shapes.Company> {
  const [users, customFields, workflows, paymentMethods, customers, invoices, payments] = await Promise.all([
    read("company/users.json", z.array(shapes.userSchema)),
    read("company/customFields.json", z.array(shapes.customFieldSchema)),
    read("company/workflows.json", z.array(shapes.workflowSchema)),
    read("company/paymentMethods.json", z.array(shapes.paymentMethodSchema)),
    read("company/customers.json", z.array(shapes.customerSchema)),
    read("company/invoices.json", z.array(shapes.invoiceSchema)),
    read("company/payments.json", z.array(shapes.paymentSchema)),
  ]);
  return { users, customFields, workflows, paymentMethods, customers, invoices, payments };
}

/** Reads `examples/rules`; the files' names give the list order. */
export async function readRules(): Promise<SampleRule[]> {
  const files = (await readdir(new URL("rules/", EXAMPLES))).filter((file) => file.endsWith(".json")).sort();
  return Promise.all(
    files.map(async (file) => {
      const { about, ...rule } = await read(`rules/${file}`, ruleFileSchema);
      return { file, about, name: rule.name, rule };
    }),
  );
}

/** Reads the live events, in the order in which they are sent. */
export function readEvents(): Promise<shapes.LiveEvent[]> {
  return read("events.json", z.array(shapes.eventSchema));
}

async function read<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> {
  const parsed = schema.safeParse(JSON.parse(await readFile(new URL(path, EXAMPLES), "utf8")));
  if (!parsed.success) throw new DemoError(`examples/${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
