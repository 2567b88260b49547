import { explainAnswer, type RuleVerdict, type Run, type RunAction, runAnswer } from "./answers.ts";
import type { Happening } from "./live.ts";
import { describeMessage, type Message } from "./messages.ts";
import { counted, style, write } from "./page.ts";
import type { Session } from "./session.ts";
import { Values } from "./values.ts";

const INDENT = "           ";

/** Prints what each live event led to: which rules matched, what they did, and how many did not match. */
export async function reportHappenings(session: Session, happenings: Happening[], messages: Message[]): Promise<void> {
  let customer = "";
  for (const happening of byCustomer(happenings)) {
    const { event, change } = happening;
    if (event.customer !== customer) {
      customer = event.customer;
      console.log(`\n   ${style.accent(customer)}  ${style.strong(String(change.after.name))}`);
    }
    write(event.about, `${INDENT}▸ `, `${INDENT}  `);
    const { rules } = await session.client.get(`/v1/changes/${change.id}/explain`, explainAnswer);
    const matched = rules.filter((verdict) => verdict.matched);
    const values = new Values(session.names, String(change.after.currency));
    for (const verdict of matched) await reportMatch(session, verdict, values, messages);
    const others = rules.length - matched.length;
    const sentence =
      matched.length === 0
        ? `none of ${counted(others, "rule")} matched`
        : `${counted(others, "other rule")} did not match`;
    write(sentence, `${INDENT}  `, `${INDENT}  `, style.quiet);
  }
}

/** All events of a customer stand together, in their order. */
function byCustomer(happenings: Happening[]): Happening[] {
  return happenings.toSorted(
    (a, b) => a.event.customer.localeCompare(b.event.customer) || a.change.version - b.change.version,
  );
}

async function reportMatch(session: Session, verdict: RuleVerdict, values: Values, messages: Message[]): Promise<void> {
  const run = verdict.runId ? await session.client.get(`/v1/runs/${verdict.runId}`, runAnswer) : undefined;
  console.log(`${INDENT}  ${sign(run)} ${style.strong(verdict.name)}${style.quiet(outcome(verdict, run))}`);
  for (const action of run?.actions ?? []) reportAction(action, values);
  for (const message of messages.filter(({ runId }) => runId === run?.id)) {
    printEffect("message", describeMessage(session, message));
  }
}

function sign(run: Run | undefined): string {
  if (run?.status === "applied") return style.good("✔");
  return run?.status === "partlyApplied" ? style.warn("◐") : style.warn("○");
}

function outcome({ reason, lostTo }: RuleVerdict, run: Run | undefined): string {
  const loser = lostTo ? `, lost to "${lostTo.name}", which stands higher in the list` : "";
  if (run === undefined) return lostTo ? loser : `, ${reason === "unchanged" ? "nothing new to set" : reason}`;
  if (run.status === "applied") return "";
  if (run.reason === "unchanged") return ", nothing new to set";
  const why = run.reason && run.reason !== run.status ? ` (${run.reason})` : "";
  return `, ${run.status === "partlyApplied" ? "partly applied" : run.status}${why}`;
}

const SLOTS: Record<string, string> = { assignWorkflow: "workflow", assignUsers: "users" };

/** Messages are told from what became of each, one line a recipient. */
function reportAction(action: RunAction, values: Values): void {
  const slot = SLOTS[action.type];
  if (slot !== undefined) printEffect(slot, describeSlot(action, values, slot));
}

function printEffect(label: string, text: string): void {
  write(`${label.padEnd(9)} ${text}`, `${INDENT}      `, `${INDENT}                `);
}

function describeSlot(action: RunAction, values: Values, slot: string): string {
  const effect = `${values.show(slot, action.before)} → ${values.show(slot, action.after)}`;
  const unknown = action.unknownEmails?.map((email) => `; ${email} is no user`).join("") ?? "";
  switch (action.status) {
    case "applied":
      return effect + unknown;
    case "unchanged":
      return `${values.show(slot, action.before)}, unchanged${unknown}`;
    case "lost":
      return `lost to "${action.lostTo?.name ?? "another rule"}"`;
    case "overruled":
      return `stays ${values.show(slot, action.before)}: overruled, set by ${action.keptBy ?? "a higher source"}`;
    default:
      return `${action.status}${action.reason ? ` (${action.reason})` : ""}${unknown}`;
  }
}
