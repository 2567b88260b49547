/**
 * Another write took one of this write's external ids while it ran. Its code makes `inTransaction` run this write again: now
 * the other's row is seen, so that it becomes an update or a refusal.
 */
export class CreatedMeanwhile extends Error {
  override name = "CreatedMeanwhile";
  readonly code = "40001";
}

const UNIQUE_VIOLATION = "23505";

/** For `.catch` of a statement whose only unique key beside the id is an external id. */
export function asCreatedMeanwhile(error: unknown): never {
  if ((error as { code?: string }).code === UNIQUE_VIOLATION)
    throw new CreatedMeanwhile("another write took one of these external ids");
  throw error;
}
