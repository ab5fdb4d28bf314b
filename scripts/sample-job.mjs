import { kubernetesJob } from '../src/commands/kubernetes-job.ts';

/** What `runner matrix --kubernetes` prints for a workspace of two files, in two shards. */
export function sampleJob() {
  const request = { environment: 'staging', categories: ['unit'] };
  const shards = [1, 2].map((index) => ({
    index,
    work: [{ category: 'unit', suite: 'lib', files: [`lib/part-${index}.test.mjs`] }],
  }));
  return kubernetesJob({
    name: 'build-1234',
    image: 'registry.example.com/shop:1234',
    claim: 'runner-reports',
    pods: 2,
    work: {
      kind: 'shards',
      total: 2,
      plan: `${JSON.stringify({ format: 1, id: 'd8f3c2a1b0e94756', request, config: '5b1e7c90aa24f3d6', shards })}\n`,
    },
    args: ['--workers', '2'],
    secrets: ['TEST_TOKEN'],
    graceSeconds: 65,
  });
}
