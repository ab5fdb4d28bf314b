import { spawn } from 'node:child_process';

/** A database, through psql: `env` holds PGHOST, PGPORT, PGUSER and PGDATABASE. */
export function connectPostgres(env) {
  return {
    /** Runs SQL that yields one JSON value per row. `values` are quoted by psql: `:'name'` is a text, `:"name"` an identifier. */
    query: async (sql, values = {}) => {
      const lines = await psql(sql, values, env);
      return lines.map((line) => JSON.parse(line));
    },
  };
}

function psql(sql, values, env) {
  const variables = Object.entries(values).flatMap(([name, value]) => ['-v', `${name}=${value}`]);
  const args = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', ...variables];
  return new Promise((resolve, reject) => {
    const child = spawn('psql', args, { env: { ...env, PGCLIENTENCODING: 'UTF8' }, stdio: 'pipe' });
    let output = '';
    let problem = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => (output += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk) => (problem += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output.split('\n').filter((line) => line !== ''));
      else reject(new Error(problem.trim() === '' ? `psql ended with ${code}` : problem.trim()));
    });
    // A psql that could not connect has stopped reading; its exit code tells.
    child.stdin.on('error', () => undefined);
    child.stdin.end(sql);
  });
}
