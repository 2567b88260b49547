import { type CheckContext, checkCondition, type Report } from "./checkFilters.ts";
import { checkAction, checkActionList, checkTrigger } from "./checkParts.ts";
import { type Mistake, mistake } from "./errors.ts";
import { Action, Condition, type Filter, Filters, MAX_CONDITIONS, type Rule, RuleInput, Trigger } from "./schema.ts";
import { parseShape } from "./shape.ts";

export type { CheckContext } from "./checkFilters.ts";

/** Collects mistakes while the parts of an input are judged. */
function collector(): { mistakes: Mistake[]; report: Report } {
  const mistakes: Mistake[] = [];
  return { mistakes, report: (path, code, message) => void mistakes.push(mistake(path, code, message)) };
}

/**
 * Judges a rule that someone wants to save. Answers it as it is stored (defaults filled in, users and other things named
 * by id), or every mistake at once: parts of the wrong shape do not hide what is wrong with the others.
 */
export function checkRule(input: unknown, context: CheckContext): { rule: Rule } | { errors: Mistake[] } {
  const shape = parseShape(RuleInput, input);
  const { mistakes, report } = collector();
  const parts = partsOf(input);
  const trigger = soundPart(Trigger, parts.trigger);
  if (trigger) checkTrigger(trigger, context, report);
  // Where the trigger cannot be read, one mistake about it is enough.
  const changedAllowed = trigger === undefined || trigger.type === "customerCreatedOrUpdated";
  const filters = judgeFilters(parts.filters, ["filters"], context, changedAllowed, report);
  const actions = judgeActions(parts.actions, ["actions"], context, report);
  const exitActions = judgeActions(parts.exitActions, ["exitActions"], context, report);
  if (parts.exitActions !== undefined && trigger && !("direction" in trigger)) {
    report(["exitActions"], "exit_without_threshold", "go with a threshold trigger only");
  }
  if ("mistakes" in shape) return { errors: [...shape.mistakes, ...mistakes] };
  if (mistakes.length > 0) return { errors: mistakes };
  return { rule: { ...shape.value, filters, actions, ...(shape.value.exitActions && { exitActions }) } };
}

/**
 * Judges filters by themselves, for lists, saved views, bulk selections and backfills. Paths begin with the place in the
 * list (`0.values`), or below `path`.
 */
export function checkFilters(
  input: unknown,
  context: CheckContext,
  { changedAllowed = false, path = [] }: { changedAllowed?: boolean; path?: readonly PropertyKey[] } = {},
): { filters: Filter[] } | { errors: Mistake[] } {
  const shape = parseShape(Filters, input, path);
  const { mistakes, report } = collector();
  const filters = judgeFilters(input, path, context, changedAllowed, report);
  const errors = "mistakes" in shape ? [...shape.mistakes, ...mistakes] : mistakes;
  return errors.length > 0 ? { errors } : { filters };
}

type Part = "trigger" | "filters" | "actions" | "exitActions";

function partsOf(input: unknown): Partial<Record<Part, unknown>> {
  return typeof input === "object" && input !== null ? input : {};
}

/** A part on its own, when it has the right shape; what is wrong with its shape is told elsewhere. */
function soundPart<T>(schema: Parameters<typeof parseShape<T>>[0], input: unknown): T | undefined {
  const parsed = parseShape(schema, input);
  return "value" in parsed ? parsed.value : undefined;
}

function judgeFilters(
  input: unknown,
  path: readonly PropertyKey[],
  context: CheckContext,
  changedAllowed: boolean,
  report: Report,
): Filter[] {
  if (!Array.isArray(input)) return [];
  let count = 0;
  const judge = (raw: unknown, at: readonly PropertyKey[]): Condition[] => {
    const condition = soundPart(Condition, raw);
    count += 1;
    return condition ? [checkCondition(condition, at, context, changedAllowed, report)] : [];
  };
  const filters = input.flatMap((raw: unknown, place): Filter[] => {
    const inner: unknown = typeof raw === "object" && raw !== null && "anyOf" in raw ? raw.anyOf : undefined;
    if (!Array.isArray(inner)) return judge(raw, [...path, place]);
    return [{ anyOf: inner.flatMap((each: unknown, nth) => judge(each, [...path, place, "anyOf", nth])) }];
  });
  if (count > MAX_CONDITIONS) report(path, "invalid", `takes at most ${MAX_CONDITIONS} conditions in all`);
  return filters;
}

function judgeActions(input: unknown, path: readonly PropertyKey[], context: CheckContext, report: Report): Action[] {
  if (!Array.isArray(input)) return [];
  const sound = input.map((raw: unknown) => soundPart(Action, raw));
  checkActionList(sound, path, report);
  return sound.flatMap((action, place) =>
    action ? [checkAction(action, input[place], [...path, place], context, report)] : [],
  );
}
