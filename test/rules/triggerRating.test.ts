import type { Rating } from "../../rules/facts.ts";
import type { ThresholdTrigger } from "../../rules/schema.ts";
import { type Case, runCases } from "./cases.ts";
import { facts, rule } from "./fixtures.ts";

const LETTERS = ["A", "B", "C", "D"] as const;

/** The moves that fire, as the trigger's table has them. */
const FIRING: Record<ThresholdTrigger["direction"], Record<Rating, readonly string[]>> = {
  exceeds: { A: [], B: ["BA", "CA", "DA"], C: ["CA", "CB", "DA", "DB"], D: ["DA", "DB", "DC"] },
  fallsBelow: { A: ["AB", "AC", "AD"], B: ["AC", "AD", "BC", "BD"], C: ["AD", "BD", "CD"], D: [] },
};

const moves = [null, ...LETTERS].flatMap((before) => [null, ...LETTERS].map((after) => ({ before, after })));

function move(
  direction: ThresholdTrigger["direction"],
  value: Rating,
  before: Rating | null,
  after: Rating | null,
): Case {
  const fires = FIRING[direction][value].includes(`${before}${after}`);
  return {
    name: `${before ?? "none"} → ${after ?? "none"} ${fires ? "fires" : "does not fire"} ${direction} ${value}`,
    rule: rule({ type: "ratingThreshold", direction, value }),
    before: facts({ rating: before }),
    after: facts({ rating: after }),
    verdict: fires ? "matched" : "trigger",
    trace: { trigger: { before, after, value } },
  };
}

runCases(
  "ratingThreshold",
  (["exceeds", "fallsBelow"] as const).flatMap((direction) =>
    LETTERS.flatMap((value) => moves.map(({ before, after }) => move(direction, value, before, after))),
  ),
);

runCases("a rating on creation", [
  {
    name: "never fires exceeds",
    rule: rule({ type: "ratingThreshold", direction: "exceeds", value: "C" }),
    before: null,
    after: facts({ rating: "A" }),
    verdict: "trigger",
  },
  {
    name: "never fires fallsBelow",
    rule: rule({ type: "ratingThreshold", direction: "fallsBelow", value: "A" }),
    before: null,
    after: facts({ rating: "D" }),
    verdict: "trigger",
  },
]);
