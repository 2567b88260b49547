export { TotalOutOfRange } from "./balances.ts";
export { deleteCredit, writeCredits } from "./credits.ts";
export { writeCustomers } from "./customers.ts";
export { writeInvoices } from "./invoices.ts";
export { releaseSlots } from "./release.ts";
