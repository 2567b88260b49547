/** What Temporal costs by itself: a workflow that does nothing. */
export async function emptyWorkflow(): Promise<string> {
  return "done";
}
