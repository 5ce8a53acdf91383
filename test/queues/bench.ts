import { type IQueueBackend, Queue } from 'bullmq';
import { InstallId } from '../../src/model/ids.ts';
import { type Backend, NO_CONNECTION, QUEUE_NAME } from '../../src/queues/backends.ts';
import { type Bell, createBell } from '../../src/queues/bell.ts';
import type { Handlers } from '../../src/queues/catalogue.ts';
import { type Schedules, type SchedulesOptions, startSchedules } from '../../src/queues/schedules.ts';
import { type RunningWorker, startWorker, type WorkerOptions } from '../../src/queues/worker.ts';
import { type BackendAddress, backendAt } from './backend-address.ts';
import { type ChildOptions, type ChildWorker, startChildWorker } from './child-worker.ts';
import { createRecorder, type Recorder } from './recorder.ts';

/** The queue as BullMQ shows it, for jobs that our own code would never write and for a look inside. */
export type RawQueue = Queue<
  unknown,
  void,
  string,
  unknown,
  void,
  string,
  IQueueBackend,
  typeof NO_CONNECTION
>;

/** One rule's access to a fresh backend; everything that it opens is closed when the rule ends. */
export interface QueueBench {
  readonly address: BackendAddress;
  readonly backend: Backend;
  readonly recorder: Recorder;
  bell(backend?: Backend): Omit<Bell, 'ring'> & { ring(shard: number): void };
  /** A worker in this process; handlers that are left out do nothing. */
  worker(handlers: Partial<Handlers>, options?: Partial<WorkerOptions>): Promise<RunningWorker>;
  child(options: Omit<ChildOptions, 'address'> & Partial<ChildOptions>): Promise<ChildWorker>;
  schedules(options?: Partial<SchedulesOptions>): Promise<Schedules>;
  raw(): RawQueue;
  defer(work: () => Promise<unknown>): void;
  end(): Promise<void>;
}

/** The one install of these benches. */
export const INSTALL = InstallId.parse('0198c0de-0000-7000-8000-000000000001');

const idle: Handlers = {
  async 'shard.ring'() {},
  async 'tick.sweep'() {},
  async 'tick.due'() {},
  async 'tick.poll'() {},
  async 'tick.repair'() {},
  async 'tick.retention'() {},
  async 'tick.secrets'() {},
  async 'tick.hooks'() {},
  async 'tick.grants'() {},
};

export function createBench(address: BackendAddress): QueueBench {
  const backend = backendAt(address);
  const recorder = createRecorder();
  const base = { backend, metrics: recorder.metrics, log: recorder.log };
  const deferred: (() => Promise<unknown>)[] = [];
  const defer = (work: () => Promise<unknown>) => {
    deferred.push(work);
  };

  return {
    address,
    backend,
    recorder,
    defer,
    bell(other) {
      const bell = createBell({ ...base, backend: other ?? backend });
      defer(() => bell.close());
      return { ...bell, ring: (shard) => bell.ring(INSTALL, shard) };
    },
    async worker(handlers, options) {
      const worker = await startWorker({
        ...base,
        concurrency: 16,
        ...options,
        handlers: { ...idle, ...handlers },
      });
      defer(() => worker.close(1_000));
      return worker;
    },
    async child(options) {
      const child = await startChildWorker({ address, ...options });
      defer(() => child.kill());
      return child;
    },
    async schedules(options) {
      const schedules = await startSchedules({
        ...base,
        home: INSTALL,
        installs: [INSTALL],
        connectors: [],
        ...options,
      });
      defer(() => schedules.close());
      return schedules;
    },
    raw() {
      const queue: RawQueue = new Queue(QUEUE_NAME, { connection: NO_CONNECTION }, backend.factory);
      queue.on('error', () => {});
      defer(() => queue.close());
      return queue;
    },
    async end() {
      for (const work of deferred.reverse()) await work();
    },
  };
}
