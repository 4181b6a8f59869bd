/** One step of a database's schema. Steps are run in order, each once, and never changed after release. */
export interface Migration {
  /** `0001-initial`: recorded in the database's table `migrations`. */
  name: string;
  sql: string;
}
