import type { Facts } from "../../rules/facts.ts";
import type { ActionOf } from "../../rules/schema.ts";
import { type CompiledTemplate, compileTemplate } from "../../rules/templates.ts";
import { newId } from "../uuid.ts";
import type { Cooldowns } from "./cooldowns.ts";
import type { Directory } from "./directory.ts";
import type { EvaluationScope } from "./types.ts";

/** A message to one recipient about to be planned. */
export interface PlannedNotification {
  id: string;
  runId: string;
  actionIndex: number;
  channelId: string;
  kind: string;
  customerId: string;
  recipient: { userId?: string; email: string };
  userId: string | null;
  subject: string;
  body: string;
  /** Gathered into one message per recipient, channel and period. */
  digest: "hourly" | "daily" | null;
}

/** What a `sendNotification` action comes to before anything is sent. */
export interface NotificationPlan {
  /** `waiting` for its digest. */
  status: "planned" | "waiting" | "skipped" | "failed";
  reason?: string;
  error?: string;
  /** Emails in custom fields that are no user; in-app messages cannot reach them. */
  unknownEmails?: string[];
  /** Recipients who were told by this rule about this customer not long enough ago. */
  inCooldown?: string[];
  notifications: PlannedNotification[];
}

export interface NotificationInput {
  scope: EvaluationScope;
  directory: Directory;
  action: ActionOf<"sendNotification">;
  actionIndex: number;
  runId: string;
  ruleId: string;
  ruleName: string;
  customerId: string;
  before: Facts | null;
  after: Facts;
  /** The customer's users once the effects of the change are written. */
  assignedUsers: string[];
  /** Moved on by what is planned here. */
  cooldowns: Cooldowns;
}

/** Renders one message per recipient. A template that fails to render fails the action, not the evaluation. */
export function planNotifications(input: NotificationInput): NotificationPlan {
  const { action, directory, scope } = input;
  const kind = directory.channelKind.get(action.channelId);
  if (!kind)
    return { status: "failed", reason: "channelMissing", error: "the channel no longer exists", notifications: [] };
  const recipients = recipientsOf(input);
  const reachable = kind === "inApp" ? recipients.filter((recipient) => recipient.userId !== undefined) : recipients;
  const unknownEmails = recipients
    .filter((recipient) => recipient.userId === undefined)
    .map((recipient) => recipient.email);
  const unknown = unknownEmails.length > 0 ? { unknownEmails } : {};
  if (reachable.length === 0) return { status: "skipped", reason: "noRecipients", ...unknown, notifications: [] };
  const cooling = coolingOf(input, reachable);
  const told = reachable.filter((recipient) => !cooling.includes(recipient));
  const notes = { ...unknown, ...(cooling.length > 0 ? { inCooldown: cooling.map(({ email }) => email) } : {}) };
  if (told.length === 0) return { status: "skipped", reason: "cooldown", ...notes, notifications: [] };
  const content = { customer: input.after, before: input.before, rule: { name: input.ruleName } };
  const format = { locale: scope.locale, timeZone: scope.timeZone, currency: scope.currency };
  let subject: string;
  let body: string;
  try {
    subject = template(action.subject, kind).render(content, format);
    body = template(action.body, kind).render(content, format);
  } catch (error) {
    return { status: "failed", reason: "template", error: (error as Error).message, ...notes, notifications: [] };
  }
  for (const { email } of told) input.cooldowns.note({ ...whoOf(input), email }, input.runId);
  const notifications = told.map((recipient) => ({
    id: newId(),
    runId: input.runId,
    actionIndex: input.actionIndex,
    channelId: action.channelId,
    kind,
    customerId: input.customerId,
    recipient,
    userId: recipient.userId ?? null,
    subject: subject.replaceAll("\0", ""),
    body: body.replaceAll("\0", ""),
    digest: action.digest ?? null,
  }));
  return {
    ...(action.digest ? { status: "waiting", reason: "digest" } : { status: "planned" }),
    ...notes,
    notifications,
  };
}

const whoOf = ({ ruleId, customerId }: NotificationInput) => ({ ruleId, customerId });

/** How many messages an action of a run that is yet to come would plan. */
export function countRecipients(
  input: Omit<NotificationInput, "runId" | "ruleName" | "actionIndex" | "before">,
): number {
  const kind = input.directory.channelKind.get(input.action.channelId);
  if (!kind) return 0;
  const whole = { ...input, runId: "", ruleName: "", actionIndex: 0, before: null };
  const reachable = recipientsOf(whole).filter(({ userId }) => kind !== "inApp" || userId !== undefined);
  return reachable.length - coolingOf(whole, reachable).length;
}

/** The recipients whom the rule has told about this customer within the action's cooldown. */
function coolingOf<R extends { email: string }>(input: NotificationInput, recipients: R[]): R[] {
  const { cooldownHours } = input.action;
  if (cooldownHours === undefined) return [];
  return recipients.filter(({ email }) =>
    input.cooldowns.isCooling({ ...whoOf(input), email }, input.runId, cooldownHours),
  );
}

/** Everybody named, each once: users, the emails in custom fields, the assigned users. */
function recipientsOf({
  action,
  directory,
  after,
  assignedUsers,
}: NotificationInput): PlannedNotification["recipient"][] {
  const byEmail = new Map<string, PlannedNotification["recipient"]>();
  const add = (userId: string | undefined, email: string) => {
    const key = email.toLowerCase();
    if (!byEmail.has(key)) byEmail.set(key, userId === undefined ? { email } : { userId, email });
  };
  const addUser = (userId: string) => {
    const user = directory.userById.get(userId);
    if (user) add(user.id, user.email);
  };
  for (const recipient of action.to) {
    if ("userId" in recipient) addUser(recipient.userId);
    else if ("assignedUsers" in recipient) assignedUsers.forEach(addUser);
    else {
      const email = after.customFields[recipient.customField];
      if (typeof email === "string" && email !== "") add(directory.userByEmail.get(email.toLowerCase())?.id, email);
    }
  }
  return [...byEmail.values()];
}

/** Parsed templates by text: parsing takes longer than rendering. */
const parsed = new Map<string, CompiledTemplate>();
const MOST_PARSED = 1_000;

function template(text: string, kind: string): CompiledTemplate {
  const escaping = kind === "slack" ? "slack" : "none";
  const key = `${escaping}:${text}`;
  let found = parsed.get(key);
  if (!found) {
    if (parsed.size >= MOST_PARSED) parsed.clear();
    found = compileTemplate(text, escaping);
    parsed.set(key, found);
  }
  return found;
}
