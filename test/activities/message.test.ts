import { describe, expect, it } from "vitest";
import { digestText, oneLine } from "../../activities/message.ts";
import type { Gathered } from "../../db/digests.ts";

const one = (subject: string, body: string): Gathered => ({
  ...{ id: "1", subject, body, createdAt: "2026-01-01T00:00:00Z", run: { id: "r", changeId: "c" } },
  ...{ rule: { id: "u", version: 1, name: "Rule" }, customer: { id: "k", externalId: null, name: null } },
});

describe("the text of a digest", () => {
  it("is the message itself where there is but one", () => {
    expect(digestText("email", [one("Globex", "owes")])).toEqual({ subject: "Globex", body: "owes" });
  });

  it("is one message after the other, each under its subject", () => {
    expect(digestText("email", [one("Globex", "owes"), one("", "plain"), one("a\nb", "c")])).toEqual({
      subject: "3 notifications",
      body: "Globex\nowes\n\nplain\n\na b\nc",
    });
  });

  it("has its subjects in bold for Slack", () => {
    expect(digestText("slack", [one("A", "a"), one("B", "b")]).body).toBe("*A*\na\n\n*B*\nb");
  });

  it("counts what would be too long, but shows the first however long it is", () => {
    const long = "x".repeat(60_000);
    const { body } = digestText("webhook", [one("", long), one("", long), one("", long)]);
    expect(body).toBe(`${long}\n\n… and 2 more`);
    expect(digestText("webhook", [one("", long + long), one("", "b")]).body).toContain(long + long);
  });
});

it.each([
  ["a\r\nBcc: b", "a Bcc: b"],
  [" a\tb\u0000\u2028c ", "a b c"],
  ["Für 3 €", "Für 3 €"],
])("a header's line of %j is %j", (text, expected) => {
  expect(oneLine(text)).toBe(expected);
});
