import { slackText } from "../rules/slackText.ts";
import { headline, type Message } from "./message.ts";
import type { OutgoingPost } from "./outgoing.ts";

/** Slack cuts texts at 40,000 characters (its reference on `chat.postMessage`); room for the recipient is kept. */
const LONGEST_TEXT = 39_000;

/**
 * A message for Slack's incoming webhook. The texts are mrkdwn whose values were escaped when the templates were rendered. The
 * webhook has one place for all, so the recipient is named; Slack knows no key of ours, so a repeat after a lost answer shows twice.
 */
export function slackPost({ id, subject, body, recipient, url, attempts }: Message): OutgoingPost {
  const lines = [...(subject.trim() === "" ? [] : [headline("slack", subject)]), body].join("\n");
  const text = `${shortened(lines)}\n_for ${slackText(recipient.email)}_`;
  return { url, headers: { "Idempotency-Key": id }, body: JSON.stringify({ text }), attempts };
}

function shortened(text: string): string {
  // Half an entity would be shown as it is.
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT).replace(/&[a-z]{0,3}$/, "")}…`;
}
