import { type Mistake, mistake } from "./errors.ts";
import type { Action, Rule } from "./schema.ts";

/** Channel kinds by channel id. */
export type ChannelKinds = ReadonlyMap<string, string>;

/**
 * What of a rule this build can save but not carry out. Activating such a rule is refused with these, so that nothing a
 * rule promises is left out silently. Empty when the rule can be activated.
 */
export function unsupported(rule: Rule, channels: ChannelKinds): Mistake[] {
  const { trigger } = rule;
  const parts: [PropertyKey[], boolean][] = [
    [["trigger", "resetAt"], "resetAt" in trigger && trigger.resetAt !== undefined],
    [["trigger", "forDays"], "forDays" in trigger && trigger.forDays !== undefined],
    [["exitActions"], rule.exitActions !== undefined],
    ...rule.actions.flatMap((action, place) => unsupportedParts(action, ["actions", place], channels)),
  ];
  return parts.filter(([, isUsed]) => isUsed).map(([path]) => refusal(path));
}

function unsupportedParts(action: Action, path: PropertyKey[], channels: ChannelKinds): [PropertyKey[], boolean][] {
  switch (action.type) {
    case "wait":
      return [[[...path, "type"], true]];
    case "sendNotification": {
      const kind = channels.get(action.channelId);
      return [
        [[...path, "channelId"], kind === "email" || kind === "slack"],
        [[...path, "cooldownHours"], action.cooldownHours !== undefined],
        [[...path, "digest"], action.digest !== undefined],
      ];
    }
    default:
      return [];
  }
}

function refusal(path: PropertyKey[]): Mistake {
  return mistake(path, "not_supported_yet", "is not supported yet, so a rule with it cannot be activated");
}
