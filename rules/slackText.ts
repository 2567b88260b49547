const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** A value as Slack's mrkdwn: no link, mention or channel-wide call can come of it (Slack's "Escaping text"). */
export function slackText(value: string): string {
  return value.replace(/[&<>]/g, (character) => ENTITIES[character]!);
}
