import type { Migration } from "../migration.ts";

/**
 * Keys, channels, settings and the audit log. A record is JSON in `body`; what must be unique, or is
 * searched for, stands beside it as a column. `last_used_at` is a column because it changes without a new version.
 * The audit log has its order from `seq`: ids made in one millisecond have none among themselves.
 */
export const initial: Migration = {
  name: "0001-initial",
  sql: `
    create table keys (
      id text primary key,
      version integer not null,
      hash text not null unique,
      last_used_at integer,
      body text not null
    ) strict;

    create table channels (
      id text primary key,
      version integer not null,
      name text not null unique,
      body text not null
    ) strict;

    create table settings (
      name text primary key,
      value text not null
    ) strict;

    create table audit (
      seq integer primary key,
      id text not null unique,
      account text,
      resource text not null,
      body text not null
    ) strict;
    create index audit_by_account on audit (account);
    create index audit_by_resource on audit (resource);
  `,
};
