import { uuidv7 } from "uuidv7";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A new UUIDv7: ordered by time, and never repeated by a database that was restored from a backup. */
export const newId: () => string = uuidv7;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}
