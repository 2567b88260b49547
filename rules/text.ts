const UNSTORABLE = /\0|\p{Surrogate}/u;

/** Can Postgres hold this text? It refuses NUL and a surrogate without its partner, so no stored fact ever equals such a text. */
export function isStorable(text: string): boolean {
  return !UNSTORABLE.test(text);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Is this one of our ids in the form in which they are stored? */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
