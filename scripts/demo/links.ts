import type { Credentials } from "./client.ts";
import type { Options } from "./options.ts";
import { style } from "./page.ts";
import type { Session } from "./session.ts";

const CUSTOMER_ID = "external:C-0001";
const CUSTOMER = `/v1/customers/${CUSTOMER_ID}`;

/** Prints where to go on from here: the API's page, Temporal's UI, the organization's key, one customer's history. */
export async function printLinks(session: Session, options: Options, { key, secret }: Credentials): Promise<void> {
  const base = options.api.replace(/\/$/, "");
  const { client } = session;
  const params = { path: { id: CUSTOMER_ID } };
  const { temporalWorkflowId } = await client.demand(client.tripline.GET("/v1/customers/{id}/tracking", { params }));

  line("API", `${base}/docs`);
  line("Temporal", options.temporalUi ?? "the UI whose address npm start printed");
  line("", `${temporalPath(options)}/${encodeURIComponent(temporalWorkflowId)}`);
  line("Timeline", `curl -s ${base}${CUSTOMER}/timeline \\`);
  line("", `  -H 'X-Api-Key: ${key}' \\`);
  line("", `  -H 'X-Api-Secret: ${secret}'`);
}

/** A whole address can be clicked; without the UI's own it is the path below it. */
function temporalPath({ temporalUi, temporalNamespace }: Options): string {
  return `${temporalUi ?? ""}/namespaces/${encodeURIComponent(temporalNamespace)}/workflows`;
}

function line(label: string, text: string): void {
  console.log(`   ${style.quiet(label.padEnd(9))} ${text}`);
}
