import type { Delivery } from "../db/deliveries.ts";
import type { Gathered } from "../db/digests.ts";

/** What a sender sends: a notification, or a digest with what it carries. */
export interface Message extends Delivery {
  gathered: Gathered[] | null;
}

/** Characters of a digest's body; what is beyond is counted. */
const LONGEST_DIGEST = 100_000;

/** The texts of a digest: a single message stays as it is, several follow each other. */
export function digestText(kind: Delivery["kind"], gathered: Gathered[]): { subject: string; body: string } {
  const [only, ...more] = gathered;
  if (only && more.length === 0) return { subject: only.subject, body: only.body };
  const parts: string[] = [];
  let length = 0;
  for (const { subject, body } of gathered) {
    const part = [subject === "" ? [] : headline(kind, subject), body].flat().join("\n");
    length += part.length;
    if (parts.length > 0 && length > LONGEST_DIGEST) break;
    parts.push(part);
  }
  const left = gathered.length - parts.length;
  return {
    subject: `${gathered.length} notifications`,
    body: [...parts, ...(left > 0 ? [`… and ${left} more`] : [])].join("\n\n"),
  };
}

/** A subject in front of its text. */
export function headline(kind: Delivery["kind"], subject: string): string {
  const line = oneLine(subject);
  return kind === "slack" ? `*${line}*` : line;
}

/** A text without line breaks and other control characters, as headers need it. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
}
