import { randomUUID } from "node:crypto";
import { ConfigError, loadConfig } from "../config.ts";
import type { LiveEvent } from "../examples/schema.ts";
import { explainAnswer } from "./demo/answers.ts";
import { createChannels } from "./demo/channels.ts";
import { checkServes } from "./demo/client.ts";
import { readCompany, readEvents, readRules } from "./demo/company.ts";
import { DemoError } from "./demo/errors.ts";
import { printLinks } from "./demo/links.ts";
import { findChanges, type Happening, sendRound } from "./demo/live.ts";
import { loadCustomers, loadHistory, loadSettings } from "./demo/load.ts";
import { readMessages, reportMessages } from "./demo/messages.ts";
import { HELP, type Options, readOptions } from "./demo/options.ts";
import { createOrganization, openOrganization } from "./demo/organization.ts";
import { COLUMNS, counted, cut, heading, style, write } from "./demo/page.ts";
import { reportHappenings } from "./demo/report.ts";
import { activateRules } from "./demo/rules.ts";
import { type SavedRule, Session } from "./demo/session.ts";
import { describeFilter, describeTrigger, Values } from "./demo/values.ts";
import { countChanges, countRuns, waitForEvaluation, waitForMessages } from "./demo/wait.ts";
import { printWhy } from "./demo/why.ts";

/** The verdicts that are shown in full: [customer, its how-manieth live event, rule, what to look at]. */
const IN_FULL: [customer: string, nth: number, rule: string, about: string][] = [
  ["C-0001", 1, "Big balance in euro", "a match"],
  ["C-0001", 2, "Big balance in euro", "7,000 → 6,000: above the line, yet no match"],
  ["C-0011", 1, "Big balance in euro", "the trigger fired, a filter did not hold"],
  ["C-0006", 2, "Premium and VIP care", "only when it starts to match"],
  ["C-0009", 1, "Serves both segments", "text compares as a whole and by case"],
  ["C-0003", 1, "Slow payers", "a match that lost its slot"],
];

async function tellStory(options: Options): Promise<void> {
  await checkServes(options.api);
  const [company, samples, events] = await Promise.all([readCompany(), readRules(), readEvents()]);

  heading("An organization");
  const { client, credentials, description } = await openAccess(options, company.users[0]!);
  const session = new Session(client, randomUUID().slice(0, 8));
  write(`${description}, at ${options.api}`);
  await loadSettings(session, company);
  const { users, customFields, workflows, paymentMethods } = company;
  write(
    `${counted(users.length, "user")}, ${counted(customFields.length, "custom field")}, ${counted(workflows.length, "collection workflow")}, ${counted(paymentMethods.length, "payment method")}`,
  );

  heading(`${counted(company.customers.length, "customer")} and a year of invoices and payments, in bulk`);
  await loadCustomers(session, company);
  await loadHistory(session, company);
  const changes = await countChanges(session);
  await waitForEvaluation(session, "evaluated", changes);
  const runs = await countRuns(session);
  write(
    `${counted(changes, "change")}, ${counted(runs, "rule run")}: a change is judged by the rules that were active when it was written, and there are none yet.`,
  );

  heading("Ten rules, saved and activated in this order");
  const receiver = await createChannels(session);
  if (receiver === undefined) {
    write(
      "Webhooks to this machine are off (ALLOW_PRIVATE_WEBHOOKS=true npm start turns them on), so what would go to the back office by webhook is shown as in-app messages.",
      "   ",
      "   ",
      style.warn,
    );
  }
  try {
    session.rules = await activateRules(session, samples);
    printRules(session.rules);
    const happenings = await live(session, events);

    heading("What happened");
    const messages = await readMessages(session);
    await reportHappenings(session, happenings, messages);

    heading("Why, and why not");
    await explainInFull(session, happenings);

    heading("Messages");
    reportMessages(session, messages, receiver);
  } finally {
    await receiver?.close();
  }

  heading("Look around");
  await printLinks(session, options, credentials);
}

async function openAccess({ api, findAccess }: Options, owner: { email: string; name: string }) {
  const access = await findAccess();
  const onLimited = (seconds: number) =>
    write(`The rate limit is reached; going on in ${seconds} s.`, "   ", "   ", style.quiet);
  return access.kind === "root"
    ? createOrganization(api, access.credentials, owner, onLimited)
    : openOrganization(api, access.credentials, onLimited);
}

function printRules(rules: SavedRule[]): void {
  for (const [place, { name, trigger, filters }] of rules.entries()) {
    const beginning = `   ${String(place + 1).padStart(2)}  ${name.padEnd(34)}`;
    const when = [describeTrigger(trigger), ...filters.map(describeFilter)].join("; ");
    console.log(`${beginning} ${style.quiet(cut(when, COLUMNS - beginning.length - 1))}`);
  }
}

/** Sends the events round by round: what a rule did in one round is a fact in the next. */
async function live(session: Session, events: LiveEvent[]): Promise<Happening[]> {
  const rounds = [...new Set(events.map(({ round }) => round))];
  heading(`Live: ${counted(events.length, "write")} in ${counted(rounds.length, "round")}`);
  for (const round of rounds) {
    const own = events.filter((event) => event.round === round);
    await sendRound(session, own);
    await waitForEvaluation(session, `round ${round}`, own.length);
  }
  const open = await waitForMessages(session);
  if (open > 0)
    write(`${counted(open, "run")} still under way; messages are retried for 24 h.`, "   ", "   ", style.warn);
  return findChanges(session, events);
}

async function explainInFull(session: Session, happenings: Happening[]): Promise<void> {
  for (const [customer, nth, ruleName, about] of IN_FULL) {
    const happening = happenings.filter(({ event }) => event.customer === customer)[nth - 1];
    const rule = session.rules.find(({ name }) => name === ruleName);
    if (happening === undefined || rule === undefined)
      throw new DemoError(`Nothing to explain for ${customer}, ${ruleName}.`);
    const { change, rules } = await session.client.get(`/v1/changes/${happening.change.id}/explain`, explainAnswer);
    const verdict = rules.find(({ ruleId }) => ruleId === rule.id);
    if (verdict === undefined) throw new DemoError(`"${ruleName}" did not judge the change ${change.id}.`);
    console.log(`\n   ${style.strong(ruleName)}, ${String(change.after.name)}  ${style.quiet(`(${about})`)}`);
    printWhy(rule, verdict, change, new Values(session.names, String(change.after.currency)));
  }
}

async function main(): Promise<void> {
  const options = await readOptions(process.argv.slice(2), loadConfig());
  if (options.help) console.log(HELP);
  else await tellStory(options);
}

process.once("SIGINT", () => {
  if (process.stdout.isTTY) process.stdout.write("\u001b[?25h\n");
  process.exit(130);
});

main().catch((error) => {
  const isExpected = error instanceof DemoError || error instanceof ConfigError;
  console.error(`\n${isExpected ? error.message : String(error?.stack ?? error)}`);
  process.exitCode = 1;
});
