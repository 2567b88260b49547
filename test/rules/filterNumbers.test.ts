import { holds, runCases } from "./cases.ts";

const between = (field: string, min?: number, max?: number) => ({
  field,
  op: "between" as const,
  ...(min !== undefined && { min }),
  ...(max !== undefined && { max }),
});

runCases("between on amounts and numbers", [
  ...(["outstanding", "due", "overdue", "unapplied", "creditLimit"] as const).flatMap((field) => [
    holds(`${field} at min`, between(field, 100, 200), { [field]: 100 }, true),
    holds(`${field} below min`, between(field, 100, 200), { [field]: 99 }, false),
    holds(`${field} at max`, between(field, 100, 200), { [field]: 200 }, true),
    holds(`${field} above max`, between(field, 100, 200), { [field]: 201 }, false),
  ]),
  holds("min alone", between("overdue", 100_000), { overdue: 100_000 }, true),
  holds("max alone", between("overdue", undefined, 5), { overdue: 6 }, false),
  holds("max alone holds", between("overdue", undefined, 5), { overdue: -6 }, true),
  holds("min equal to max", between("outstanding", 7, 7), { outstanding: 7 }, true),
  holds("negative amounts", between("outstanding", -10, -5), { outstanding: -7 }, true),
  holds("no limit lies between nothing", between("creditLimit", undefined, 0), {}, false),
  holds("NUMBER inside", between("customFields.score", 0.1, 0.3), { customFields: { score: 0.3 } }, true),
  holds("NUMBER outside", between("customFields.score", 0.1, 0.3), { customFields: { score: 0.300001 } }, false),
  holds("no NUMBER", between("customFields.score", -5), {}, false),
]);

runCases("between on overdueDays", [
  holds("the age on the day of the facts", between("overdueDays", 29, 29), { overdueSince: "2026-01-31" }, true),
  holds("at min", between("overdueDays", 1), { overdueSince: "2026-02-28" }, true),
  holds("below min", between("overdueDays", 2), { overdueSince: "2026-02-28" }, false),
  holds("over a leap day", between("overdueDays", 2, 2), { overdueSince: "2028-02-28", asOf: "2028-03-01" }, true),
  holds("nothing overdue", between("overdueDays", undefined, 10), {}, false),
]);

const EXAMPLE: [string, string] = ["5655", "225"];

runCases("between on averagePaymentDelay", [
  holds("25.13… is above 25", between("averagePaymentDelay", undefined, 25), { delaySums: EXAMPLE }, false),
  holds("25.13… is above 25.13", between("averagePaymentDelay", 25.13, 25.14), { delaySums: EXAMPLE }, true),
  holds("25.13… is below 25.14", between("averagePaymentDelay", 25.14), { delaySums: EXAMPLE }, false),
  holds("the bound itself", between("averagePaymentDelay", 30, 30), { delaySums: ["60", "2"] }, true),
  holds("three tenths are 0.3", between("averagePaymentDelay", 0.3, 0.3), { delaySums: ["3", "10"] }, true),
  holds("paid early", between("averagePaymentDelay", -7.5, -7.5), { delaySums: ["-15", "2"] }, true),
  holds("a tiny bound", between("averagePaymentDelay", 1e-7, 1e-7), { delaySums: ["1", "10000000"] }, true),
  holds("a huge bound", between("averagePaymentDelay", 1e21, 1e21), { delaySums: [`1${"0".repeat(21)}`, "1"] }, true),
  holds(
    "one part in 10^22 beyond the bound",
    between("averagePaymentDelay", undefined, 1),
    { delaySums: ["10000000000000000000001", "10000000000000000000000"] },
    false,
  ),
  holds("no delay", between("averagePaymentDelay", undefined, 1000), {}, false),
]);
