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
  /** How many are started. */
  readonly pods: number;
  readonly work: ShardWork | QueueWork;
  /** Further words of the command line of each pod. */
  readonly args: readonly string[];
  /** Variables that come from the Secret `runner-secrets`. */
  readonly secrets: readonly string[];
  /** How long a pod takes at most to stop its services and write its reports, in seconds. */
  readonly graceSeconds: number;
}

/** Each pod runs a shard of a plan. */
export interface ShardWork {
  readonly kind: 'shards';
  /** Number of shards in the plan; those behind the started ones have no work. */
  readonly total: number;
  /** Text of the plan file. */
  readonly plan: string;
}

/** All pods take their tasks from one queue. */
export interface QueueWork {
  readonly kind: 'queue';
  readonly build: string;
  /** `null` = it holds a password, and comes from the Secret `runner-secrets` as `RUNNER_QUEUE`. */
  readonly url: string | null;
}

/**
 * The manifest of an Indexed Job, as YAML, and with shards that of the ConfigMap with their plan.
 * @throws UsageError when the plan is larger than a ConfigMap may be
 */
export function kubernetesJob(job: KubernetesJob): string {
  const { name, work } = job;
  return writeYaml([...(work.kind === 'shards' ? [planMap(name, work.plan)] : []), jobManifest(job)]);
}

/** A ConfigMap may hold 1 MiB, other fields included; `kubectl apply` keeps a copy in an annotation, which may hold 256 KiB. */
const mostBytes = 1024 * 1024 - 4096;
const mostReadableBytes = 200 * 1024;

function planMap(name: string, plan: string): YamlDocument {
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
  const { pods } = job;
  const texts = job.work.kind === 'shards' ? shardTexts(job, job.work) : queueTexts(job, job.work);
  const spec = {
    completionMode: 'Indexed',
    completions: pods,
    parallelism: pods,
    backoffLimitPerIndex: 2,
    maxFailedIndexes: pods,
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
      `${texts.pods}. What is to be there:`,
      `  image ${job.image}, with the workspace as its working directory, and runner`,
      `  PersistentVolumeClaim ${job.claim}, ReadWriteMany: reports go to ${job.name}/${texts.folder}`,
      ...(secretsOf(job).length === 0 ? [] : [`  Secret runner-secrets, with ${secretsOf(job).join(', ')}`]),
    ],
    comments: [
      { at: ['spec', 'backoffLimitPerIndex'], text: 'Infrastructure (exit code 3) and killed pods are tried again.' },
      { at: ['spec', 'maxFailedIndexes'], text: `A failed ${texts.one} does not end the others.` },
      { at: ['spec', 'podReplacementPolicy'], text: `Two pods never ${texts.same} at the same time.` },
      { at: ['spec', 'podFailurePolicy'], text: 'Evictions do not count; failed tests (1) are not tried again.' },
      { at: ['spec', 'template', 'spec', 'shareProcessNamespace'], text: 'Something has to reap what tests leave.' },
    ],
  };
}

interface Texts {
  readonly pods: string;
  /** What a pod is. */
  readonly one: string;
  /** What two pods never do at once. */
  readonly same: string;
  /** Where its reports are. */
  readonly folder: string;
}

function shardTexts({ pods }: KubernetesJob, { total }: ShardWork): Texts {
  const which = total === pods ? `${total} shards` : `the ${pods} shards of ${total} that have work`;
  return { pods: `One pod for each of ${which}`, one: 'shard', same: 'run the same shard', folder: '<shard>' };
}

function queueTexts({ pods }: KubernetesJob, { build }: QueueWork): Texts {
  return {
    pods: `${pods} pods that share the tasks of build ${build}`,
    one: 'machine',
    same: 'have the same index',
    folder: '<pod>',
  };
}

function secretsOf({ secrets, work }: KubernetesJob): readonly string[] {
  return work.kind === 'queue' && work.url === null ? [...secrets, queueVariable] : secrets;
}

const queueVariable = 'RUNNER_QUEUE';

function podSpec(job: KubernetesJob): object {
  const { image, claim, name, args, work, graceSeconds } = job;
  const env = [
    ...secretsOf(job).map((key) => ({ name: key, valueFrom: { secretKeyRef: { name: 'runner-secrets', key } } })),
    ...(work.kind === 'queue' && work.url !== null ? [{ name: queueVariable, value: literal(work.url) }] : []),
  ];
  const plan = work.kind === 'shards';
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
        args: [work.kind === 'shards' ? shardScript(work.total) : queueScript, 'runner', ...args.map(literal)],
        ...(env.length === 0 ? {} : { env }),
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        volumeMounts: [
          ...(plan ? [{ name: 'plan', mountPath: '/plan', readOnly: true }] : []),
          { name: 'reports', mountPath: '/reports', subPath: name },
        ],
      },
    ],
    volumes: [
      ...(plan ? [{ name: 'plan', configMap: { name: `${name}-plan` } }] : []),
      { name: 'reports', persistentVolumeClaim: { claimName: claim } },
    ],
  };
}

/** Kubernetes puts variables into arguments and values, unless the sign is doubled. */
function literal(word: string): string {
  return word.replaceAll('$', '$$$$');
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

const queueScript = [
  'set -e',
  'PATH="$PWD/node_modules/.bin:$PATH"',
  '# A pod that is tried again is another machine: what the earlier one has told the queue counts.',
  `exec runner run --queue "$${queueVariable}" --reports "/reports/$HOSTNAME" "$@"`,
  '',
].join('\n');
