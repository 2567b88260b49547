import { holds, runCases } from "./cases.ts";
import { AGENCY, ANN, BOB, CARD, FRIENDLY, WIRE } from "./fixtures.ts";

const is = (field: string, ...values: string[]) => ({ field, op: "is" as const, values });
const isNot = (field: string, ...values: string[]) => ({ field, op: "isNot" as const, values });
const isEmpty = (field: string) => ({ field, op: "isEmpty" as const });
const isNotEmpty = (field: string) => ({ field, op: "isNotEmpty" as const });

runCases("is and isNot on fields with one value", [
  holds("the one value", is("country", "US"), { country: "US" }, true),
  holds("another value", is("country", "US"), { country: "FR" }, false),
  holds("values are alternatives", is("country", "US", "CA"), { country: "CA" }, true),
  holds("none of two", is("country", "US", "CA"), { country: "FR" }, false),
  holds("one of three", is("country", "US", "CA", "MX"), { country: "MX" }, true),
  holds("none of three", is("country", "US", "CA", "MX"), { country: "FR" }, false),
  holds("one of many", is("country", "US", "CA", "MX", "FR", "DE"), { country: "DE" }, true),
  holds("none of many", is("country", "US", "CA", "MX", "FR", "DE"), { country: "IT" }, false),
  holds("an empty field is nothing", is("country", "US"), {}, false),
  holds("an empty field is not even empty text", is("name", ""), { name: "" }, false),
  holds("case counts", is("name", "globex"), { name: "Globex" }, false),
  holds("blanks count", is("name", "Globex"), { name: "Globex " }, false),
  holds("isNot another value", isNot("country", "US"), { country: "FR" }, true),
  holds("isNot the one value", isNot("country", "US"), { country: "US" }, false),
  holds("isNot none of several", isNot("country", "US", "CA"), { country: "FR" }, true),
  holds("isNot one of several", isNot("country", "US", "CA"), { country: "CA" }, false),
  holds("an empty field isNot anything", isNot("country", "US"), {}, true),
  holds("an empty text isNot anything", isNot("city", "Lyon"), { city: "" }, true),
  ...(["name", "externalId", "email", "city", "language", "currency"] as const).flatMap((field) => [
    holds(`${field} is`, is(field, "x"), { [field]: "x" }, true),
    holds(`${field} is not`, is(field, "x"), { [field]: "y" }, false),
  ]),
  holds("rating is", is("rating", "A", "B"), { rating: "B" }, true),
  holds("rating is another", is("rating", "A", "B"), { rating: "C" }, false),
  holds("no rating is no letter", is("rating", "A", "B", "C", "D"), {}, false),
  holds("no rating isNot A", isNot("rating", "A"), {}, true),
  holds("workflow is", is("workflow", AGENCY), { workflow: AGENCY }, true),
  holds("workflow is another", is("workflow", AGENCY), { workflow: FRIENDLY }, false),
  holds("no workflow isNot any", isNot("workflow", AGENCY), {}, true),
  holds("SELECT is", is("customFields.plan", "Basic"), { customFields: { plan: "Basic" } }, true),
  holds("SELECT is another", is("customFields.plan", "Basic"), { customFields: { plan: "Premium" } }, false),
  holds("SELECT isNot", isNot("customFields.plan", "Basic"), { customFields: { plan: "Premium" } }, true),
  holds("an empty SELECT is nothing", is("customFields.plan", "Basic"), {}, false),
  holds("an empty SELECT isNot anything", isNot("customFields.plan", "Basic"), {}, true),
]);

runCases("is and isNot on fields with several values", [
  holds("is when any member is", is("users", ANN), { users: [BOB, ANN] }, true),
  holds("is not when no member is", is("users", ANN), { users: [BOB] }, false),
  holds("any member of several values", is("users", ANN, BOB), { users: [BOB] }, true),
  holds("nobody assigned is nobody", is("users", ANN, BOB), {}, false),
  holds("isNot when no member is", isNot("users", ANN), { users: [BOB] }, true),
  holds("isNot fails when one member is", isNot("users", ANN), { users: [BOB, ANN] }, false),
  holds("nobody assigned isNot anybody", isNot("users", ANN), {}, true),
  holds("payment methods alike", is("paymentMethods", CARD), { paymentMethods: [WIRE, CARD] }, true),
  holds("payment methods isNot", isNot("paymentMethods", CARD), { paymentMethods: [WIRE] }, true),
]);

runCases("isEmpty and isNotEmpty", [
  holds("no text", isEmpty("country"), {}, true),
  holds("an empty text", isEmpty("city"), { city: "" }, true),
  holds("a blank is a text", isEmpty("city"), { city: " " }, false),
  holds("a text", isNotEmpty("city"), { city: "Lyon" }, true),
  holds("an empty text is not a text", isNotEmpty("city"), { city: "" }, false),
  holds("no rating", isEmpty("rating"), {}, true),
  holds("a rating", isNotEmpty("rating"), { rating: "D" }, true),
  holds("no workflow", isEmpty("workflow"), {}, true),
  holds("no users", isEmpty("users"), {}, true),
  holds("users", isEmpty("users"), { users: [ANN] }, false),
  holds("users are not empty", isNotEmpty("users"), { users: [ANN] }, true),
  holds("no payment methods", isNotEmpty("paymentMethods"), {}, false),
  holds("a balance of 0 is a value", isEmpty("outstanding"), {}, false),
  holds("a limit of 0 is a value", isNotEmpty("creditLimit"), { creditLimit: 0 }, true),
  holds("no limit", isEmpty("creditLimit"), {}, true),
  holds("nothing overdue has no age", isEmpty("overdueDays"), {}, true),
  holds("no delay", isEmpty("averagePaymentDelay"), {}, true),
  holds("a delay of 0", isEmpty("averagePaymentDelay"), { delaySums: ["0", "100"] }, false),
  holds("no reminder", isEmpty("lastReminderAt"), {}, true),
  holds("a creation", isNotEmpty("createdAt"), {}, true),
  holds("no SELECT", isEmpty("customFields.plan"), {}, true),
  holds("a SELECT", isNotEmpty("customFields.plan"), { customFields: { plan: "Basic" } }, true),
  holds("no TEXT", isEmpty("customFields.segment"), {}, true),
  holds("an empty TEXT", isEmpty("customFields.segment"), { customFields: { segment: "" } }, true),
  holds("no NUMBER", isEmpty("customFields.score"), {}, true),
  holds("a NUMBER of 0", isEmpty("customFields.score"), { customFields: { score: 0 } }, false),
  holds("no DATE", isEmpty("customFields.renewal"), {}, true),
  holds("a DATE", isNotEmpty("customFields.renewal"), { customFields: { renewal: "2026-01-01" } }, true),
  holds("a key that every object inherits", isEmpty("customFields.constructor"), {}, true),
]);

const segment = (value: string) => ({ customFields: { segment: value } });
const contains = (value: string) => ({ field: "customFields.segment", op: "contains" as const, value });
const lacks = (value: string) => ({ field: "customFields.segment", op: "doesNotContain" as const, value });

runCases("contains and doesNotContain on TEXT", [
  holds("the whole field", contains("B2B"), segment("B2B"), true),
  holds("b2b is not B2B", contains("B2B"), segment("b2b"), false),
  holds("B2B, B2C is one literal value", contains("B2B, B2C"), segment("B2B, B2C"), true),
  holds("and does not contain B2B alone", contains("B2B"), segment("B2B, B2C"), false),
  holds("nor is it two alternatives", contains("B2B, B2C"), segment("B2B"), false),
  holds("quotes and emoji are text", contains('O\'Neil "🦊" \\'), segment('O\'Neil "🦊" \\'), true),
  holds("an empty field contains nothing", contains("B2B"), {}, false),
  holds("not even nothing", contains(""), segment(""), false),
  holds("doesNotContain another value", lacks("B2B"), segment("B2C"), true),
  holds("doesNotContain a part of the field", lacks("B2B"), segment("B2B, B2C"), true),
  holds("doesNotContain fails on the whole field", lacks("B2B"), segment("B2B"), false),
  holds("an empty field doesNotContain anything", lacks("B2B"), {}, true),
  holds("an inherited key is no text", contains("x"), { customFields: {} }, false),
]);

const vip = (op: "is" | "isNot", ...values: boolean[]) => ({ field: "customFields.vip", op, values });

runCases("is and isNot on BOOLEAN", [
  holds("is true", vip("is", true), { customFields: { vip: true } }, true),
  holds("is not true", vip("is", true), { customFields: { vip: false } }, false),
  holds("is false", vip("is", false), { customFields: { vip: false } }, true),
  holds("is either", vip("is", true, false), { customFields: { vip: false } }, true),
  holds("isNot true", vip("isNot", true), { customFields: { vip: false } }, true),
  holds("isNot fails", vip("isNot", true), { customFields: { vip: true } }, false),
  holds("empty is neither true", vip("is", true), {}, false),
  holds("nor false", vip("is", false), {}, false),
  holds("empty isNot true", vip("isNot", true), {}, true),
  holds("empty isNot false", vip("isNot", false), {}, true),
]);
