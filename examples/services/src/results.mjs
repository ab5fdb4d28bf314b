/** What jobs came to, in Postgres: one result per job, whatever happens. */
export function createResults(postgres) {
  return {
    prepare: () =>
      postgres.query(`
        create table if not exists results (
          job uuid primary key, kind text not null, outcome jsonb not null, saved timestamptz not null default now()
        )`),
    /** `false` when the job had a result already, which then stays. */
    save: async (job, kind, outcome) => {
      const saved = await postgres.query(
        `insert into results (job, kind, outcome) values (:'job', :'kind', :'outcome')
         on conflict (job) do nothing returning to_json(job)`,
        { job, kind, outcome: JSON.stringify(outcome) },
      );
      return saved.length === 1;
    },
    /** The outcome of a job; `undefined` while there is none. */
    find: async (job) => {
      const [found] = await postgres.query(`select outcome from results where job = :'job'`, { job });
      return found;
    },
    countByKind: async () => {
      const [counts] = await postgres.query(`
        select coalesce(json_object_agg(kind, jobs), '{}')
        from (select kind, count(*) as jobs from results group by kind) as kinds`);
      return counts;
    },
  };
}
