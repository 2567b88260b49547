import type { Queryable } from "../client.ts";

export interface DirectoryUser {
  id: string;
  email: string;
  name: string;
}

/** The organization's users and channels, as actions look them up. */
export interface Directory {
  userById: Map<string, DirectoryUser>;
  /** By lower-case email. */
  userByEmail: Map<string, DirectoryUser>;
  channelKind: Map<string, "webhook" | "slack" | "email" | "inApp">;
}

/** Reads users and channels whole: organizations have tens to hundreds of them, and a batch may name any. */
export async function loadDirectory(sql: Queryable, organizationId: string): Promise<Directory> {
  const [users, channels] = await Promise.all([
    sql<DirectoryUser[]>`select id, email, name from users where organization_id = ${organizationId}`,
    sql<{ id: string; kind: "webhook" | "slack" | "email" | "inApp" }[]>`
      select id, kind from channels where organization_id = ${organizationId}`,
  ]);
  return {
    userById: new Map(users.map((user) => [user.id, user])),
    userByEmail: new Map(users.map((user) => [user.email.toLowerCase(), user])),
    channelKind: new Map(channels.map((channel) => [channel.id, channel.kind])),
  };
}
