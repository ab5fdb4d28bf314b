import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { shardedPlanId } from '../../../src/categories/sharding.ts';
import { kubernetesJob } from '../../../src/commands/kubernetes-job.ts';
import type { KubernetesJob } from '../../../src/commands/kubernetes-job.ts';
import { planFileText, readPlanFile } from '../../../src/commands/plan-file.ts';
import type { PlanFile } from '../../../src/commands/plan-file.ts';
import { kubernetesProblems, yamlDocuments } from '../../support/published-schemas.ts';

const job: KubernetesJob = {
  name: 'build-1',
  image: 'shop:1',
  claim: 'runner-reports',
  pods: 3,
  work: { kind: 'shards', total: 3, plan: '{}\n' },
  args: [],
  secrets: [],
  graceSeconds: 65,
};

interface JobManifest {
  readonly spec: {
    readonly completionMode: string;
    readonly completions: number;
    readonly backoffLimitPerIndex: number;
    readonly maxFailedIndexes: number;
    readonly podReplacementPolicy: string;
    readonly podFailurePolicy: { readonly rules: readonly Rule[] };
    readonly template: { readonly spec: { readonly restartPolicy: string; readonly containers: readonly Container[] } };
  };
}
interface Rule {
  readonly action: string;
  readonly onExitCodes?: {
    readonly containerName: string;
    readonly operator: string;
    readonly values: readonly number[];
  };
}
interface Container {
  readonly name: string;
  readonly args: readonly string[];
}

function manifestsOf(change: Partial<KubernetesJob> = {}): readonly [Record<string, unknown>, JobManifest] {
  const [map, manifest] = yamlDocuments(kubernetesJob({ ...job, ...change }));
  return [map as Record<string, unknown>, manifest as JobManifest];
}

describe('the Job of a plan', () => {
  test('is what the schema says, and what the API server asks beyond it', () => {
    const [map, manifest] = manifestsOf({ secrets: ['TOKEN'], args: ['--set', 'a=b: c # d'] });
    expect([kubernetesProblems(map), kubernetesProblems(manifest)]).toEqual([[], []]);
    const { spec } = manifest;
    // With a podFailurePolicy, pods may not restart by themselves, and FailIndex needs a limit per index.
    expect(spec.template.spec.restartPolicy).toBe('Never');
    expect(spec.podReplacementPolicy).toBe('Failed');
    expect(spec.backoffLimitPerIndex).toBeGreaterThan(0);
    expect(spec.maxFailedIndexes).toBeLessThanOrEqual(spec.completions);
    for (const { onExitCodes } of spec.podFailurePolicy.rules) {
      if (onExitCodes === undefined) continue;
      expect(onExitCodes.values).toEqual([...new Set(onExitCodes.values)].sort((a, b) => a - b));
      expect(onExitCodes.values).not.toContain(0);
      expect(spec.template.spec.containers.map(({ name }) => name)).toContain(onExitCodes.containerName);
    }
  });

  test.each([
    [1, 'final'],
    [2, 'final'],
    [3, 'tried again'],
    [4, 'final'],
    [70, 'final'],
    [137, 'tried again'],
    [143, 'tried again'],
  ])('a shard that exits with %i is %s', (exitCode, becomes) => {
    const [, { spec }] = manifestsOf();
    const rule = spec.podFailurePolicy.rules.find(({ onExitCodes }) => onExitCodes?.values.includes(exitCode));
    expect(rule?.action ?? 'Count').toBe(becomes === 'final' ? 'FailIndex' : 'Count');
  });

  test('hands words over as they are, whatever Kubernetes and the shell would make of them', () => {
    const [, { spec }] = manifestsOf({ args: ['--set', 'project=$(HOME) $$x \'y\' "z"'] });
    const [script, name, ...words] = spec.template.spec.containers[0]?.args ?? [];
    expect(script).toContain('"$@"');
    expect(name).toBe('runner');
    expect(words).toEqual(['--set', 'project=$$(HOME) $$$$x \'y\' "z"']);
  });

  test('has a plan that is too long to read packed, and refuses one that is too long for that', () => {
    const long = `{"files":"${'tests/a/long/way/down/test_it.py,'.repeat(20_000)}"}`;
    const [map] = manifestsOf({ work: { kind: 'shards', total: 3, plan: long } });
    expect(kubernetesProblems(map)).toEqual([]);
    expect(map).not.toHaveProperty('data');
    expect(map).toHaveProperty('binaryData');
    let seed = 1;
    const noise = Array.from({ length: 2_000_000 }, () => (seed = (seed * 48_271) % 2_147_483_647) % 36).join('');
    expect(() => kubernetesJob({ ...job, work: { kind: 'shards', total: 3, plan: noise } })).toThrow(
      'larger than a ConfigMap may be',
    );
  });
});

test('a plan file is read back as it was written, packed or not', () => {
  const shards = [
    { index: 1, work: [{ category: 'unit', suite: 'lib', keyword: null, markers: null, files: ['a.mjs'] }] },
  ];
  const request = { environment: 'local', mode: null, keyword: null, markers: null, withDependencies: true };
  const lists = {
    categories: [],
    excludeCategories: [],
    layers: [],
    suites: [],
    components: [],
    patterns: [],
    files: [],
  };
  const more = { excludeEnvironments: [], variants: [] };
  const plan: PlanFile = {
    id: shardedPlanId('local', shards),
    request: { ...request, ...lists, ...more },
    config: 'c0ffee',
    shards,
  };
  const folder = mkdtempSync(join(tmpdir(), 'runner-plan-'));
  try {
    writeFileSync(join(folder, 'plan.json'), planFileText(plan));
    writeFileSync(join(folder, 'packed.json'), gzipSync(planFileText(plan)));
    writeFileSync(join(folder, 'torn.json'), gzipSync(planFileText(plan)).subarray(0, 40));
    expect(readPlanFile('plan.json', folder)).toEqual(plan);
    expect(readPlanFile('packed.json', folder)).toEqual(plan);
    expect(() => readPlanFile('torn.json', folder)).toThrow('cannot be read');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
