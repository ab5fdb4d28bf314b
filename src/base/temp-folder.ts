import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InfrastructureError } from '../errors.ts';

/** Makes a folder where the system keeps temporary files; its name begins with `prefix`. @throws InfrastructureError when none can be made */
export async function makeTempFolder(prefix: string): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), prefix));
  } catch (error) {
    throw new InfrastructureError(
      `no temporary folder can be made in ${tmpdir()}: ${error instanceof Error ? error.message : String(error)}`,
      'make room there, or name another folder in TMPDIR',
    );
  }
}
