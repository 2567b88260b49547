/** Requests that may be under way at the same time. */
export interface RoomLimits {
  perChannel: number;
  perOrganization: number;
  /** For mail, which all organizations send through one server. */
  mails: number;
  total: number;
}

/**
 * Bounds the requests that this process has under way, so that receivers who do not answer take neither the turn of other
 * channels nor that of other organizations.
 */
export class SendingRoom {
  readonly #limits: RoomLimits;
  readonly #taken = new Map<string, number>();

  constructor(limits: RoomLimits) {
    this.#limits = limits;
  }

  /** Takes a place and answers how to give it back; null when the channel, its organization or the process has none free. */
  enter(organizationId: string, channelId: string, kind?: string): (() => void) | null {
    const { perChannel, perOrganization, mails, total } = this.#limits;
    const wanted = [
      { key: `channel:${channelId}`, limit: perChannel },
      { key: `organization:${organizationId}`, limit: perOrganization },
      ...(kind === "email" ? [{ key: "mails", limit: mails }] : []),
      { key: "total", limit: total },
    ];
    if (wanted.some(({ key, limit }) => this.#count(key) >= limit)) return null;
    for (const { key } of wanted) this.#taken.set(key, this.#count(key) + 1);
    return () => {
      for (const { key } of wanted) this.#leave(key);
    };
  }

  #count(key: string): number {
    return this.#taken.get(key) ?? 0;
  }

  #leave(key: string): void {
    const left = this.#count(key) - 1;
    if (left > 0) this.#taken.set(key, left);
    else this.#taken.delete(key);
  }
}

const FIRST_WAIT_MS = 200;
/** So that ten thousand messages to one dead receiver ask for no more than some hundred turns a second. */
const LONGEST_WAIT_MS = 20_000;

/** How long to wait, in ms, after being turned away for the given time (from 1): doubling, and spread by half to either side. */
export function waitForRoom(attempt: number, random: () => number = Math.random): number {
  const wait = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
  return Math.round(wait * (0.5 + random()));
}
