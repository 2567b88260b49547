/** Something the reader can put right; shown as a sentence, without a stack. */
export class DemoError extends Error {
  override name = "DemoError";
}
