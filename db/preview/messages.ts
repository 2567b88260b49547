import type { Facts } from "../../rules/facts.ts";
import type { Action, ActionOf } from "../../rules/schema.ts";
import type { Queryable } from "../client.ts";
import { Cooldowns } from "../evaluation/cooldowns.ts";
import { type Directory, loadDirectory } from "../evaluation/directory.ts";
import { planNotifications } from "../evaluation/planNotifications.ts";
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

export async function loadPeople(sql: Queryable, organizationId: string): Promise<People> {
  const [directory, [scope]] = await Promise.all([
    loadDirectory(sql, organizationId),
    sql<(EvaluationScope & { today: string })[]>`
      select id as "organizationId", time_zone as "timeZone", locale, currency, shards, ruleset_number as "rulesetNumber",
             rules_stopped as "rulesStopped", false as remembers, now() as at,
             (now() at time zone time_zone)::date as today
      from organizations where id = ${organizationId}`,
  ]);
  return { directory, scope: scope!, today: scope!.today };
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
