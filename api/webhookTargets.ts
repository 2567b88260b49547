import { isIP } from "node:net";
import { isPrivateAddress } from "../net/privateAddress.ts";

/** What is wrong with a URL that messages are to be sent to, as a sentence, or null. */
export function webhookTargetMistake(text: string, allowPrivate: boolean): string | null {
  if (!URL.canParse(text)) return "must be a URL";
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") return "must begin with http:// or https://";
  if (url.username !== "" || url.password !== "") return "must not hold a user or password";
  if (allowPrivate || !isPrivateHost(url.hostname)) return null;
  return "must not be a loopback or private address (ALLOW_PRIVATE_WEBHOOKS allows them)";
}

/** By what is written; what a name resolves to is checked when something is sent. */
function isPrivateHost(hostname: string): boolean {
  const host = hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
  if (isIP(host) !== 0) return isPrivateAddress(host);
  return host === "localhost" || /\.(localhost|local|internal)$/.test(host) || !host.includes(".");
}
