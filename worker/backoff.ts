/** Per key, doubles the time between tries while the key keeps coming back. Times in ms. */
export class Backoff {
  private readonly waits = new Map<string, { wait: number; next: number }>();

  constructor(
    private readonly first: number,
    private readonly longest: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Whether the key may be tried now; if so, its next try moves further away. */
  due(key: string): boolean {
    const entry = this.waits.get(key);
    if (entry && this.now() < entry.next) return false;
    const wait = entry ? Math.min(entry.wait * 2, this.longest) : this.first;
    this.waits.set(key, { wait, next: this.now() + wait });
    return true;
  }

  /** Forgets every key that is not among these: it was finished, so its next trouble starts afresh. */
  keep(keys: string[]): void {
    const kept = new Set(keys);
    for (const key of this.waits.keys()) if (!kept.has(key)) this.waits.delete(key);
  }
}
