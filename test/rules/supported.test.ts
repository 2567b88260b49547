import { describe, expect, test } from "vitest";
import type { Rule } from "../../rules/schema.ts";
import { unsupported } from "../../rules/supported.ts";
import { ANN, checkContext, MAIL, onAnyChange, rule, SLACK, WEBHOOK } from "./fixtures.ts";

const plain = rule(onAnyChange);
const threshold = { type: "outstandingThreshold", direction: "exceeds", value: 500 } as const;
const notify = { type: "sendNotification", channelId: WEBHOOK, to: [{ userId: ANN }], subject: "", body: "x" } as const;
const withAction = (...actions: Rule["actions"]): Rule => ({ ...plain, actions });

const told = { ...notify, to: [{ userId: ANN }] };

describe("a rule that can be saved but not yet activated", () => {
  test.each<[string, Rule, string[]]>([
    ["resetAt", rule({ ...threshold, resetAt: 400 }), ["trigger.resetAt"]],
    ["forDays", rule({ ...threshold, forDays: 7 }), ["trigger.forDays"]],
    ["exitActions", { ...rule(threshold), exitActions: plain.actions }, ["exitActions"]],
    ["wait", withAction({ type: "wait", days: 1, recheck: true }, told), ["actions.0.type"]],
    ["mail", withAction({ ...told, channelId: MAIL }), ["actions.0.channelId"]],
    ["slack", withAction({ ...told, channelId: SLACK }), ["actions.0.channelId"]],
    [
      "cooldown and digest",
      withAction({ ...told, cooldownHours: 1, digest: "daily" }),
      ["actions.0.cooldownHours", "actions.0.digest"],
    ],
  ])("has %s", (_name, given, paths) => {
    const mistakes = unsupported(given, checkContext.channelIds);
    expect(mistakes.map(({ path }) => path)).toEqual(paths);
    expect(new Set(mistakes.map(({ code }) => code))).toEqual(new Set(["not_supported_yet"]));
  });
});

describe("a rule that can be activated", () => {
  test.each<[string, Rule]>([
    ["sets a workflow", plain],
    ["sets users", withAction({ type: "assignUsers", userIds: [ANN], customFields: [], mode: "add" })],
    ["excludes a customer", withAction({ type: "excludeCustomer" })],
    ["sets payment methods", withAction({ type: "assignPaymentMethods", paymentMethodIds: [], mode: "replace" })],
    ["tells a webhook", withAction(told)],
    ["watches a threshold", rule(threshold)],
    ["fires only as it starts to match", rule({ type: "customerCreatedOrUpdated", onlyWhenStartsMatching: true })],
  ])("%s", (_name, given) => {
    expect(unsupported(given, checkContext.channelIds)).toEqual([]);
  });
});
