export { type AccountOwners, type AccountOwnersResult, writeAccountOwners } from "./accountOwners.ts";
export { TotalOutOfRange } from "./balances.ts";
export { customerMistakes } from "./checkCustomer.ts";
export { deleteCredit, writeCredits } from "./credits.ts";
export { writeCustomers } from "./customers.ts";
export { excludeCustomer } from "./exclude.ts";
export { writeInvoices } from "./invoices.ts";
export { recomputeDelays } from "./recomputeAll.ts";
export { releaseSlots } from "./release.ts";
