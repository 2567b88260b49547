import type { Constraint, DomainContext } from "./domains.ts";
import type { Facts } from "./facts.ts";
import { fieldType } from "./fields.ts";
import { compileRule, type FactsChange, judge } from "./judge.ts";
import { type Alternative, alternativesOf, type Hint, type Kind } from "./overlapAlternatives.ts";
import type { Rule } from "./schema.ts";
import { compileStanding } from "./standing.ts";
import { factsFor, isImpossible } from "./witness.ts";

/**
 * Whether two rules can match one change: `disjoint` is proved for every change and day; `overlaps` is proved by a change that
 * both match, as the evaluation judges it; between them, what could not be decided.
 */
export type Overlap =
  | { verdict: "disjoint" | "mayOverlap" }
  | { verdict: "overlaps"; witness: FactsChange }
  | { verdict: "overlaps"; standing: Facts };

/** Combinations of alternatives that are looked at, of each kind of change, before an overlap counts as undecided. */
export const MOST_STEPS = 2_000;
/** Combinations that nothing speaks against for which a witness is looked for. */
const MOST_ATTEMPTS = 8;
/** Changes that are tried for each of them. */
const MOST_TRIES = 100;
const CHOICES = 3;

/** Can one change set off both rules? */
export function overlapOf(a: Rule, b: Rule, context: DomainContext, mostSteps = MOST_STEPS): Overlap {
  const [one, other] = [compileRule(a, context), compileRule(b, context)];
  const isWitness = (change: FactsChange) => judge(one, change) === "M" && judge(other, change) === "M";
  let isProved = true;
  for (const kind of ["created", "updated"] as const) {
    const found = search([a, b], kind, context, mostSteps, (branch) =>
      find(changesOf(branch, kind, context), isWitness),
    );
    if (found.witness) return { verdict: "overlaps", witness: found.witness };
    isProved &&= found.isImpossible;
  }
  return { verdict: isProved ? "disjoint" : "mayOverlap" };
}

/** Can one customer, as it stands, match both rules? That is the question of previews and backfills. */
export function standingOverlap(a: Rule, b: Rule, context: DomainContext): Overlap {
  const stands = [compileStanding(a, context), compileStanding(b, context)];
  const found = search([a, b], "standing", context, MOST_STEPS, (branch) =>
    find(standingsOf(branch, context), (facts) => stands.every((stand) => stand(facts))),
  );
  if (found.witness) return { verdict: "overlaps", standing: found.witness };
  return { verdict: found.isImpossible ? "disjoint" : "mayOverlap" };
}

/** What one combination of alternatives demands, by field. */
interface Branch {
  after: Map<string, Constraint[]>;
  before: Map<string, Constraint[]>;
  /** Fields that must have changed. */
  moved: string[];
  hints: Hint[][];
}

/**
 * Walks the combinations of both rules' alternatives, leaving out those whose constraints contradict each other, and asks
 * for a witness of each that is left.
 */
function search<Witness>(
  rules: readonly Rule[],
  kind: Kind,
  context: DomainContext,
  mostSteps: number,
  witnessOf: (branch: Branch) => Witness | undefined,
): { witness?: Witness; isImpossible: boolean } {
  // What leaves no choice goes first and prunes the rest.
  const all = rules.flatMap((rule) => alternativesOf(rule, kind, context)).toSorted((a, b) => a.length - b.length);
  let steps = 0;
  let attempts = 0;
  let isOpen = false;
  const walk = (branch: Branch, place: number): Witness | undefined => {
    const alternatives = all[place];
    if (alternatives === undefined) {
      isOpen = true;
      attempts += 1;
      return witnessOf(branch);
    }
    for (const alternative of alternatives) {
      steps += 1;
      if (steps > mostSteps || attempts >= MOST_ATTEMPTS) {
        isOpen = true;
        return undefined;
      }
      const next = narrowed(branch, alternative);
      if (contradicts(next, alternative, context)) continue;
      const witness = walk(next, place + 1);
      if (witness !== undefined) return witness;
    }
    return undefined;
  };
  const witness = walk({ after: new Map(), before: new Map(), moved: [], hints: [] }, 0);
  return witness === undefined ? { isImpossible: !isOpen } : { witness, isImpossible: false };
}

function narrowed(branch: Branch, { after, before, moved, hints }: Alternative): Branch {
  return {
    after: joined(branch.after, after),
    before: joined(branch.before, before),
    moved: moved === undefined ? branch.moved : [...branch.moved, moved],
    hints: hints === undefined ? branch.hints : [...branch.hints, hints],
  };
}

function joined(standing: Map<string, Constraint[]>, added: readonly Constraint[] = []): Map<string, Constraint[]> {
  if (added.length === 0) return standing;
  const all = new Map(standing);
  for (const constraint of added) all.set(constraint.field, [...(all.get(constraint.field) ?? []), constraint]);
  return all;
}

/** Only what the alternative has touched is looked at again. */
function contradicts(branch: Branch, { after, before }: Alternative, context: DomainContext): boolean {
  return isImpossible(touched(branch.after, after), context) || isImpossible(touched(branch.before, before), context);
}

function touched(all: Map<string, Constraint[]>, added: readonly Constraint[] = []): Map<string, Constraint[]> {
  const fields = new Set(added.map(({ field }) => field));
  // The rating follows from the delay, so they are looked at together.
  if (fields.has("averagePaymentDelay")) fields.add("rating");
  if (fields.has("rating")) fields.add("averagePaymentDelay");
  return new Map([...all].filter(([field]) => fields.has(field)));
}

/** One at a time, because the first is mostly the one that is wanted. */
function* factsOf(constraints: Branch["after"], context: DomainContext): Generator<Facts> {
  for (let choice = 0; choice < CHOICES; choice++) {
    const facts = factsFor(constraints, context, choice);
    if (facts === null) return;
    yield facts;
  }
}

/** Changes that meet a branch's constraints and might set off both rules. */
function* changesOf(branch: Branch, kind: Kind, context: DomainContext): Generator<FactsChange> {
  if (kind === "created") {
    for (const after of factsOf(branch.after, context)) yield { kind, source: "api", before: null, after };
    return;
  }
  for (const level of levels(branch)) {
    for (const { after, before } of movements({ ...branch, ...level }, context)) {
      // Before it the customer had nothing but what the change takes, or was the same but for that.
      const kept = new Map([...after, ...before]);
      for (const constraints of [before, kept]) {
        for (const was of factsOf(constraints, context)) {
          for (const is of factsOf(after, context)) yield { kind: "updated", source: "api", before: was, after: is };
        }
      }
    }
  }
}

function* standingsOf(branch: Branch, context: DomainContext): Generator<Facts> {
  for (const { after } of levels(branch)) yield* factsOf(after, context);
}

function find<Item>(items: Iterable<Item>, test: (item: Item) => boolean): Item | undefined {
  let tries = 0;
  for (const item of items) {
    if (test(item)) return item;
    tries += 1;
    if (tries === MOST_TRIES) break;
  }
  return undefined;
}

/** The branch with its hints, a level at a time. */
function levels(branch: Branch): Pick<Branch, "after" | "before">[] {
  const [first] = branch.hints;
  if (first === undefined) return [branch];
  return first.map((_, level) => {
    const hints = branch.hints.map((each) => each[level]!);
    return {
      after: joined(
        branch.after,
        hints.flatMap(({ after }) => after),
      ),
      before: joined(
        branch.before,
        hints.flatMap(({ before }) => before),
      ),
    };
  });
}

/** The branch with the fields that must have changed filled, emptied or raised. */
function movements(branch: Branch, context: DomainContext): Pick<Branch, "after" | "before">[] {
  if (branch.moved.length === 0) return [branch];
  const emptiness = (op: "isEmpty" | "isNotEmpty") => branch.moved.map((field): Constraint => ({ field, op }));
  const raised = branch.moved.filter((field) => fieldType(field, context.customFields) === "number");
  const above = raised.map((field): Constraint => ({ field, op: "above", value: 0 }));
  const with_ = (after: Constraint[], before: Constraint[]) => ({
    after: joined(branch.after, after),
    before: joined(branch.before, before),
  });
  return [
    with_(emptiness("isNotEmpty"), emptiness("isEmpty")),
    with_(emptiness("isEmpty"), emptiness("isNotEmpty")),
    with_(emptiness("isNotEmpty"), emptiness("isNotEmpty")),
    with_(above, []),
    with_([], above),
    with_([], []),
  ];
}
