import { gzipSync } from 'node:zlib';
import { writeYaml } from '../config/write-yaml.ts';
import type { YamlDocument } from '../config/write-yaml.ts';
import { exitCodes, UsageError } from '../errors.ts';

/** What the pods of a Job are to do. */
export interface KubernetesJob {
  /** Of the Job and of what belongs to it. */
  readonly name: string;
  /** Reference of an image that holds the workspace, as its working directory, and runner. */
  readonly image: string;
  /** Name of the PersistentVolumeClaim that reports go to. */
  readonly claim: string;
  /** Number of shards in the plan, and of those that are started: the ones behind have no work. */
  readonly shards: { readonly total: number; readonly started: number };
  /** Text of the plan file. */
  readonly plan: string;
  /** Further words of the command line of each shard. */
  readonly args: readonly string[];
  /** Variables that come from the Secret `runner-secrets`. */
  readonly secrets: readonly string[];
  /** How long a shard takes at most to stop its services and write its reports, in seconds. */
  readonly graceSeconds: number;
}

/**
 * The manifests of an Indexed Job, one pod for each shard, and of the ConfigMap with its plan, as YAML.
 * @throws UsageError when the plan is larger than a ConfigMap may be
 */
export function kubernetesJob(job: KubernetesJob): string {
  return writeYaml([planMap(job), jobManifest(job)]);
}

/** A ConfigMap may hold 1 MiB, other fields included; `kubectl apply` keeps a copy in an annotation, which may hold 256 KiB. */
const mostBytes = 1024 * 1024 - 4096;
const mostReadableBytes = 200 * 1024;

function planMap({ name, plan }: KubernetesJob): YamlDocument {
  const base = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${name}-plan` }, immutable: true };
  if (Buffer.byteLength(plan) <= mostReadableBytes) return { value: { ...base, data: { 'plan.json': plan } } };
  const packed = gzipSync(plan, { level: 9 }).toString('base64');
  if (packed.length > mostBytes) {
    throw new UsageError(
      'the plan is larger than a ConfigMap may be, which is 1 MiB',
      'choose fewer files, or write it with --out and put it into the image',
    );
  }
  return { value: { ...base, binaryData: { 'plan.json': packed } } };
}

/** Nothing that another try could change: failed tests, wrong usage, nothing to run, a bug of ours. */
const final = [exitCodes.failed, exitCodes.usage, exitCodes['nothing-ran'], exitCodes.bug];

function jobManifest(job: KubernetesJob): YamlDocument {
  const { started, total } = job.shards;
  const spec = {
    completionMode: 'Indexed',
    completions: started,
    parallelism: started,
    backoffLimitPerIndex: 2,
    maxFailedIndexes: started,
    podReplacementPolicy: 'Failed',
    podFailurePolicy: {
      rules: [
        { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        { action: 'FailIndex', onExitCodes: { containerName: 'runner', operator: 'In', values: final } },
      ],
    },
    ttlSecondsAfterFinished: 86_400,
    template: { spec: podSpec(job) },
  };
  return {
    value: { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: job.name }, spec },
    heading: [
      `One pod for each of ${total === started ? `${total} shards` : `the ${started} shards of ${total} that have work`}. What is to be there:`,
      `  image ${job.image}, with the workspace as its working directory, and runner`,
      `  PersistentVolumeClaim ${job.claim}, ReadWriteMany: reports go to ${job.name}/<shard>`,
      ...(job.secrets.length === 0 ? [] : [`  Secret runner-secrets, with ${job.secrets.join(', ')}`]),
    ],
    comments: [
      { at: ['spec', 'backoffLimitPerIndex'], text: 'Infrastructure (exit code 3) and killed pods are tried again.' },
      { at: ['spec', 'maxFailedIndexes'], text: 'A failed shard does not end the others.' },
      { at: ['spec', 'podReplacementPolicy'], text: 'Two pods never run the same shard at the same time.' },
      { at: ['spec', 'podFailurePolicy'], text: 'Evictions do not count; failed tests (1) are not tried again.' },
      { at: ['spec', 'template', 'spec', 'shareProcessNamespace'], text: 'Something has to reap what tests leave.' },
    ],
  };
}

function podSpec({ image, claim, name, args, secrets, shards, graceSeconds }: KubernetesJob): object {
  const secret = (key: string): object => ({
    name: key,
    valueFrom: { secretKeyRef: { name: 'runner-secrets', key } },
  });
  return {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: graceSeconds,
    shareProcessNamespace: true,
    automountServiceAccountToken: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      fsGroup: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name: 'runner',
        image,
        command: ['sh', '-c'],
        // Kubernetes puts variables into arguments, unless the sign is doubled.
        args: [shardScript(shards.total), 'runner', ...args.map((word) => word.replaceAll('$', '$$$$'))],
        ...(secrets.length === 0 ? {} : { env: secrets.map(secret) }),
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        volumeMounts: [
          { name: 'plan', mountPath: '/plan', readOnly: true },
          { name: 'reports', mountPath: '/reports', subPath: name },
        ],
      },
    ],
    volumes: [
      { name: 'plan', configMap: { name: `${name}-plan` } },
      { name: 'reports', persistentVolumeClaim: { claimName: claim } },
    ],
  };
}

/** The shell becomes runner, so that what Kubernetes signals reaches it. */
function shardScript(total: number): string {
  return [
    'set -e',
    'PATH="$PWD/node_modules/.bin:$PATH"',
    'shard=$((JOB_COMPLETION_INDEX + 1))',
    '# What an earlier try left: this one runs all of the shard again.',
    'rm -rf "/reports/$shard"',
    `exec runner run --plan /plan/plan.json --shard "$shard/${total}" --reports "/reports/$shard" "$@"`,
    '',
  ].join('\n');
}
