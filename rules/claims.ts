import type { Slot } from "./facts.ts";

/** A rule as it is named to people. */
export interface RuleName {
  ruleId: string;
  name: string;
}

export type Mode = "replace" | "add" | "remove";

/** What became of a claim: the members it won, and to whom the others went. */
export interface ClaimResult {
  won: boolean;
  /** For add and remove: the members it holds; a won replace holds the whole slot. */
  members: string[];
  lostTo: RuleName | null;
}

interface SlotClaims {
  replacedBy?: RuleName;
  /** Whoever claimed anything of the slot first. */
  first?: RuleName;
  members: Map<string, RuleName>;
}

/**
 * Who claimed what of one change's slots, in list order: the first rule in the list wins. `replace` claims the slot, `add` and
 * `remove` the members they name; a `replace` below any claim loses, and so does anything below a `replace`.
 */
export class Claims {
  private readonly slots = new Map<Slot, SlotClaims>();

  claim(rule: RuleName, slot: Slot, mode: Mode, members: string[]): ClaimResult {
    let claims = this.slots.get(slot);
    if (!claims) {
      claims = { members: new Map() };
      this.slots.set(slot, claims);
    }
    if (mode === "replace") {
      if (claims.first) return { won: false, members: [], lostTo: claims.first };
      claims.first = rule;
      claims.replacedBy = rule;
      return { won: true, members, lostTo: null };
    }
    if (claims.replacedBy) return { won: false, members: [], lostTo: claims.replacedBy };
    claims.first ??= rule;
    const won: string[] = [];
    let lostTo: RuleName | null = null;
    for (const member of members) {
      const holder = claims.members.get(member);
      if (holder) lostTo ??= holder;
      else {
        claims.members.set(member, rule);
        won.push(member);
      }
    }
    return { won: won.length > 0 || members.length === 0, members: won, lostTo };
  }
}
