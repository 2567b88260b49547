import { expect, it } from "vitest";
import { type ActionOutcome, runStatus } from "../../rules/runStatus.ts";

interface Case {
  actions: (string | ActionOutcome)[];
  status: string;
  reason?: string;
}

const cases: Case[] = [
  { actions: ["applied"], status: "applied" },
  { actions: ["applied", "unchanged"], status: "applied" },
  { actions: ["applied", "skipped"], status: "applied" },
  { actions: ["applied", "failed"], status: "partlyApplied" },
  { actions: ["applied", "lost"], status: "partlyApplied" },
  { actions: ["overruled", "applied"], status: "partlyApplied" },
  { actions: ["applied", "superseded"], status: "partlyApplied" },
  { actions: [{ status: "applied", lostTo: { ruleId: "r", name: "r" } }], status: "partlyApplied" },
  { actions: ["partlyApplied"], status: "partlyApplied" },
  { actions: ["failed"], status: "failed" },
  { actions: ["failed", "unchanged"], status: "failed" },
  { actions: ["overruled", "failed"], status: "failed" },
  { actions: ["unchanged"], status: "skipped", reason: "unchanged" },
  { actions: ["unchanged", { status: "overruled", reason: "overruled" }], status: "skipped", reason: "overruled" },
  { actions: [{ status: "loop", reason: "loop" }], status: "skipped", reason: "loop" },
  { actions: [{ status: "skipped", reason: "noUsers" }], status: "skipped", reason: "noUsers" },
  { actions: ["planned"], status: "planned" },
  { actions: ["applied", "planned"], status: "planned" },
  { actions: ["failed", "waiting"], status: "waiting" },
  { actions: ["applied", "running"], status: "planned" },
  { actions: ["held"], status: "held", reason: "paused" },
  { actions: ["held", "lost"], status: "held", reason: "paused" },
];

it.each(cases)("a run whose actions came to $actions is $status", ({ actions, status, reason }) => {
  const outcomes = actions.map((action) => (typeof action === "string" ? { status: action } : action));
  expect(runStatus(outcomes)).toEqual({ status, reason: reason ?? null });
});
