import { type Noun, nounStore } from "./nouns.ts";

export interface ChannelFields {
  name: string;
  kind: "webhook" | "slack" | "email" | "inApp";
  /** Where webhook and slack messages go. */
  url: string | null;
  /** Signs webhook bodies; never read back through the API. */
  secret: string | null;
  /** Null: as fast as it goes. */
  messagesPerMinute: number | null;
}

export type Channel = Noun & Omit<ChannelFields, "secret">;

export const channels = nounStore<ChannelFields, Channel>({
  table: "channels",
  columns: { name: "name", kind: "kind", url: "url", secret: "secret", messagesPerMinute: "messages_per_minute" },
  secret: ["secret"],
});
