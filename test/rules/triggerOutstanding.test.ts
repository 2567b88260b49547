import type { ThresholdTrigger } from "../../rules/schema.ts";
import { type Case, runCases } from "./cases.ts";
import { facts, rule } from "./fixtures.ts";

type Direction = ThresholdTrigger["direction"];

function crossing(
  name: string,
  direction: Direction,
  value: number,
  before: number | null,
  after: number,
  fires: boolean,
): Case {
  return {
    name,
    rule: rule({ type: "outstandingThreshold", direction, value }),
    before: before === null ? null : facts({ outstanding: before }),
    after: facts({ outstanding: after }),
    verdict: fires ? "matched" : "trigger",
    trace: { trigger: { fired: fires, before: before ?? 0, after, value } },
  };
}

runCases("outstandingThreshold exceeds", [
  crossing("6,000 → 7,000 crosses 6,500", "exceeds", 6500, 6000, 7000, true),
  crossing("7,000 → 6,000 does not fire exceeds 5,000", "exceeds", 5000, 7000, 6000, false),
  crossing("6,000 → 7,000 stays above 5,000 and does not fire", "exceeds", 5000, 6000, 7000, false),
  crossing("starts on the line", "exceeds", 5000, 5000, 5001, true),
  crossing("ending on the line is not beyond it", "exceeds", 5000, 4999, 5000, false),
  crossing("starts one above the line", "exceeds", 5000, 5001, 9000, false),
  crossing("a first balance counts from 0", "exceeds", 5000, null, 5001, true),
  crossing("creation without a balance", "exceeds", 5000, null, 0, false),
  crossing("0 → 1 crosses 0", "exceeds", 0, 0, 1, true),
  crossing("creation at 0 does not cross a line below 0", "exceeds", -100, null, 0, false),
  crossing("−200 → 0 crosses −100", "exceeds", -100, -200, 0, true),
  crossing("falling through the line", "exceeds", 5000, 6000, 4000, false),
]);

runCases("outstandingThreshold fallsBelow", [
  crossing("6,000 → 4,000 falls below 5,000", "fallsBelow", 5000, 6000, 4000, true),
  crossing("4,000 → 3,000 was below already", "fallsBelow", 5000, 4000, 3000, false),
  crossing("starts on the line", "fallsBelow", 5000, 5000, 4999, true),
  crossing("ending on the line is not below it", "fallsBelow", 5000, 6000, 5000, false),
  crossing("4,999 → 4,000 starts below", "fallsBelow", 5000, 4999, 4000, false),
  crossing("rising through the line", "fallsBelow", 5000, 4000, 6000, false),
  crossing("creation below a positive line, where 0 is already", "fallsBelow", 5000, null, 0, false),
  crossing("creation in credit falls below 0", "fallsBelow", 0, null, -1, true),
]);

runCases("outstandingThreshold with filters", [
  {
    name: "crossing in another country",
    rule: rule({ type: "outstandingThreshold", direction: "exceeds", value: 100 }, [
      { field: "country", op: "is", values: ["US", "CA"] },
    ]),
    before: facts({ country: "FR" }),
    after: facts({ country: "FR", outstanding: 101 }),
    verdict: "filters",
  },
  {
    name: "no crossing, filters hold",
    rule: rule({ type: "outstandingThreshold", direction: "exceeds", value: 100 }, [
      { field: "country", op: "is", values: ["US", "CA"] },
    ]),
    before: facts({ country: "FR", outstanding: 200 }),
    after: facts({ country: "CA", outstanding: 200 }),
    verdict: "trigger",
  },
]);

type State = { balance: number; limit: number | null } | null;

function limit(name: string, direction: Direction, before: State, after: NonNullable<State>, fires: boolean): Case {
  const at = (state: NonNullable<State>) => facts({ outstanding: state.balance, creditLimit: state.limit });
  return {
    name,
    rule: rule({ type: "outstandingThreshold", direction, value: { field: "creditLimit" } }),
    before: before && at(before),
    after: at(after),
    verdict: fires ? "matched" : "trigger",
    trace: { trigger: { value: { field: "creditLimit", before: before?.limit ?? null, after: after.limit } } },
  };
}

runCases("a threshold against another field, exceeds", [
  limit("the balance passes the limit", "exceeds", { balance: 90, limit: 100 }, { balance: 101, limit: 100 }, true),
  limit("the balance reaches the limit", "exceeds", { balance: 90, limit: 100 }, { balance: 100, limit: 100 }, false),
  limit(
    "the limit is lowered below the balance",
    "exceeds",
    { balance: 90, limit: 100 },
    { balance: 90, limit: 80 },
    true,
  ),
  limit(
    "a limit is given below the balance",
    "exceeds",
    { balance: 90, limit: null },
    { balance: 90, limit: 80 },
    true,
  ),
  limit(
    "a limit is given above the balance",
    "exceeds",
    { balance: 90, limit: null },
    { balance: 90, limit: 100 },
    false,
  ),
  limit("the limit is cleared", "exceeds", { balance: 90, limit: 80 }, { balance: 90, limit: null }, false),
  limit(
    "both move and the balance stays above",
    "exceeds",
    { balance: 90, limit: 80 },
    { balance: 190, limit: 180 },
    false,
  ),
  limit("created above its limit", "exceeds", null, { balance: 90, limit: 80 }, true),
  limit("created without a limit", "exceeds", null, { balance: 90, limit: null }, false),
  limit("a limit of 0 is a limit", "exceeds", { balance: 0, limit: 0 }, { balance: 1, limit: 0 }, true),
]);

runCases("a threshold against another field, fallsBelow", [
  limit(
    "the balance comes below the limit",
    "fallsBelow",
    { balance: 101, limit: 100 },
    { balance: 90, limit: 100 },
    true,
  ),
  limit("from the limit to below it", "fallsBelow", { balance: 100, limit: 100 }, { balance: 99, limit: 100 }, true),
  limit(
    "the limit is raised above the balance",
    "fallsBelow",
    { balance: 90, limit: 80 },
    { balance: 90, limit: 100 },
    true,
  ),
  limit(
    "a limit is given below the balance",
    "fallsBelow",
    { balance: 90, limit: null },
    { balance: 90, limit: 80 },
    false,
  ),
  limit(
    "a limit is given above the balance",
    "fallsBelow",
    { balance: 90, limit: null },
    { balance: 90, limit: 100 },
    false,
  ),
  limit("the limit is cleared", "fallsBelow", { balance: 90, limit: 80 }, { balance: 90, limit: null }, false),
  limit("created below its limit", "fallsBelow", null, { balance: 90, limit: 100 }, false),
]);
