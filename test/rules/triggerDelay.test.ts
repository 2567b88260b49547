import type { Facts } from "../../rules/facts.ts";
import type { ThresholdTrigger } from "../../rules/schema.ts";
import { type Case, runCases } from "./cases.ts";
import { facts, rule } from "./fixtures.ts";

type Sums = Facts["delaySums"];
/** 140 paid 7 days late and 85 paid 55 days late: 5655/225 = 25.13…, shown as 25. */
const EXAMPLE: Sums = ["5655", "225"];
const days = (value: number): Sums => [String(value), "1"];

function crossing(
  name: string,
  direction: ThresholdTrigger["direction"],
  value: number,
  before: Sums,
  after: Sums,
  fires: boolean,
): Case {
  return {
    name,
    rule: rule({ type: "averagePaymentDelayThreshold", direction, value }),
    before: facts({ delaySums: before }),
    after: facts({ delaySums: after }),
    verdict: fires ? "matched" : "trigger",
  };
}

runCases("averagePaymentDelayThreshold exceeds", [
  crossing("20 → 31 crosses 30", "exceeds", 30, days(20), days(31), true),
  crossing("20 → 30 ends on the line", "exceeds", 30, days(20), days(30), false),
  crossing("30 → 31 starts on the line", "exceeds", 30, days(30), days(31), true),
  crossing("31 → 40 was beyond already", "exceeds", 30, days(31), days(40), false),
  crossing("a delay shown as 25 is 25.13 and exceeds 25", "exceeds", 25, null, EXAMPLE, true),
  crossing("it exceeds 25.13, being 25.1333…", "exceeds", 25.13, null, EXAMPLE, true),
  crossing("it does not exceed 25.14", "exceeds", 25.14, null, EXAMPLE, false),
  crossing(
    "it does not exceed 25.133333333333336, its nearest double above",
    "exceeds",
    25.133333333333336,
    null,
    EXAMPLE,
    false,
  ),
  crossing("a first value can exceed, an empty delay lying below everything", "exceeds", 30, null, days(31), true),
  crossing("a first value below does not", "exceeds", 30, null, days(30), false),
  crossing("even a negative line", "exceeds", -10, null, days(-9), true),
  crossing("becoming empty never fires", "exceeds", 30, days(20), null, false),
  crossing("staying empty never fires", "exceeds", -1, null, null, false),
]);

runCases("averagePaymentDelayThreshold fallsBelow", [
  crossing("40 → 20 falls below 30", "fallsBelow", 30, days(40), days(20), true),
  crossing("30 → 29 starts on the line", "fallsBelow", 30, days(30), days(29), true),
  crossing("40 → 30 ends on the line", "fallsBelow", 30, days(40), days(30), false),
  crossing("29 → 20 was below already", "fallsBelow", 30, days(29), days(20), false),
  crossing("becoming empty never fires", "fallsBelow", 30, days(40), null, false),
  crossing("a first value below never fires, empty being below already", "fallsBelow", 30, null, days(20), false),
  crossing("26 → 25.13 falls below 25.14", "fallsBelow", 25.14, days(26), EXAMPLE, true),
  crossing("26 → 25.13… does not fall below 25.13", "fallsBelow", 25.13, days(26), EXAMPLE, false),
]);

const HUGE = "9007199254740993000000";
runCases("averagePaymentDelayThreshold beyond the exactness of doubles", [
  crossing(
    "one part in 10^22 above the line is above it",
    "exceeds",
    1,
    [HUGE, HUGE],
    ["9007199254740993000001", HUGE],
    true,
  ),
  crossing("exactly on the line is not", "exceeds", 1, ["1", "2"], [HUGE, HUGE], false),
  crossing("0.3 is three tenths, not the double nearest to it", "exceeds", 0.3, null, ["3", "10"], false),
]);

runCases("averagePaymentDelayThreshold on creation and against another field", [
  {
    name: "creation with a delay counts from empty",
    rule: rule({ type: "averagePaymentDelayThreshold", direction: "exceeds", value: 30 }),
    before: null,
    after: facts({ delaySums: days(31) }),
    verdict: "matched",
    trace: { trigger: { fired: true, before: null, after: 31, value: 30 } },
  },
  {
    name: "crosses a custom number exactly",
    rule: rule({
      type: "averagePaymentDelayThreshold",
      direction: "exceeds",
      value: { field: "customFields.score" },
    }),
    before: facts({ delaySums: ["3", "10"], customFields: { score: 0.3 } }),
    after: facts({ delaySums: ["300000000000000000001", "1000000000000000000000"], customFields: { score: 0.3 } }),
    verdict: "matched",
  },
  {
    name: "a balance can be watched against the delay",
    rule: rule({ type: "outstandingThreshold", direction: "fallsBelow", value: { field: "averagePaymentDelay" } }),
    before: facts({ outstanding: 26, delaySums: EXAMPLE }),
    after: facts({ outstanding: 25, delaySums: EXAMPLE }),
    verdict: "matched",
  },
  {
    name: "the same delay out of other sums is no crossing",
    rule: rule({ type: "averagePaymentDelayThreshold", direction: "exceeds", value: 25 }),
    before: facts({ delaySums: EXAMPLE }),
    after: facts({ delaySums: ["11310", "450"] }),
    verdict: "trigger",
  },
]);
