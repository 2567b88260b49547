import type { Facts } from "../../rules/facts.ts";
import type { Action, ActionOf } from "../../rules/schema.ts";
import type { Transaction } from "../client.ts";
import { todayOf } from "../evaluation/context.ts";
import { Cooldowns } from "../evaluation/cooldowns.ts";
import { type Directory, loadDirectory } from "../evaluation/directory.ts";
import { planNotifications } from "../evaluation/planNotifications.ts";
import { readScope } from "../evaluation/readBatch.ts";
import type { EvaluationScope } from "../evaluation/types.ts";

/** The organization's people, channels and formats, as its messages need them. */
export interface People {
  scope: EvaluationScope;
  directory: Directory;
  /** The organization's local day. */
  today: string;
}

/** A message as it would be sent. */
export interface PreviewedMessage {
  channelId: string;
  recipient: { userId?: string; email: string };
  subject: string;
  body: string;
}

/** What one `sendNotification` action would send about one customer, or why nothing. */
export interface PreviewedMessages {
  messages: PreviewedMessage[];
  reason?: string;
  error?: string;
}

export async function loadPeople(tx: Transaction, organizationId: string): Promise<People> {
  const [directory, scope] = await Promise.all([loadDirectory(tx, organizationId), readScope(tx, organizationId)]);
  return { directory, scope, today: todayOf(scope) };
}

/** About whom a message is: the customer as it stands, which is both before and after. */
export interface About {
  customerId: string;
  ruleName: string;
  facts: Facts;
  assignedUsers: string[];
}

/** Renders what a rule would send. Cooldowns count from what was sent, so a preview asks for none. */
export function previewMessages(
  { scope, directory }: People,
  { cooldownHours: _, ...action }: ActionOf<"sendNotification">,
  about: About,
): PreviewedMessages {
  const { notifications, reason, error } = planNotifications({
    scope,
    directory,
    action,
    actionIndex: 0,
    runId: "",
    ruleId: "",
    ruleName: about.ruleName,
    customerId: about.customerId,
    before: about.facts,
    after: about.facts,
    assignedUsers: about.assignedUsers,
    cooldowns: new Cooldowns(scope.at),
  });
  const messages = notifications.map(({ channelId, recipient, subject, body }) => ({
    channelId,
    recipient,
    subject,
    body,
  }));
  return { messages, ...(reason === undefined ? {} : { reason }), ...(error === undefined ? {} : { error }) };
}

/** How many messages a rule would send about a customer with these users and fields. Rendering them would take most of the time. */
export function countMessages(people: People, actions: readonly Action[], about: About): number {
  return actions.reduce((sum, action) => {
    if (action.type !== "sendNotification") return sum;
    return sum + previewMessages(people, { ...action, subject: "", body: "-" }, about).messages.length;
  }, 0);
}
