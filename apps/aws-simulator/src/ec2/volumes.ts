import type { VirtualClock } from '../clock.ts';
import type { Delays } from '../delays.ts';
import { AwsError } from '../errors.ts';
import type { Random } from '../random.ts';
import type { Store, Table } from '../store.ts';
import type { Attachment, Volume } from './model.ts';

export type NewVolume = Pick<Volume, 'region' | 'zone' | 'sizeGib' | 'type' | 'encrypted' | 'tags'> &
  Partial<Pick<Volume, 'iops' | 'throughput' | 'clientToken'>>;

export type AttachedVolume = Volume & { attachment: Attachment };

/** EBS volumes and what becomes of them. A deleted one stays in the table, for those who ask what was; EC2 forgets it. */
export class Volumes {
  readonly table: Table<Volume>;
  readonly #existing = new Set<Volume>();
  /** By instance; a view of one must not search all volumes. */
  readonly #everAttached = new Map<string, Set<Volume>>();
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #delays: Delays;
  readonly #becomeAvailable: (delaySeconds: number, id: string) => void;
  readonly #becomeAttached: (delaySeconds: number, id: string) => void;
  readonly #becomeDetached: (delaySeconds: number, id: string) => void;
  readonly #becomeDeleted: (delaySeconds: number, id: string) => void;

  constructor({
    store,
    clock,
    random,
    delays,
  }: {
    store: Store;
    clock: VirtualClock;
    random: Random;
    delays: Delays;
  }) {
    this.table = store.table('volumes');
    this.#clock = clock;
    this.#random = random;
    this.#delays = delays;
    for (const volume of this.table.all()) this.#index(volume);
    this.#becomeAvailable = clock.job('volume.available', (id) => this.#created(id));
    this.#becomeAttached = clock.job('volume.attached', (id) => this.#attached(id));
    this.#becomeDetached = clock.job('volume.detached', (id) => this.#detached(id));
    this.#becomeDeleted = clock.job('volume.deleted', (id) => this.#deleted(id));
  }

  /** @throws AwsError InvalidVolume.NotFound, also for one that was made a moment ago */
  named(region: string, id: string): Volume {
    if (!/^vol-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
      throw new AwsError(
        'InvalidParameterValue',
        `Value (${id}) for parameter volumes is invalid. Expected: 'vol-...'.`,
      );
    }
    const volume = this.table.get(id);
    if (volume && this.#isSeen(volume, region)) return volume;
    throw new AwsError('InvalidVolume.NotFound', `The volume '${id}' does not exist.`);
  }

  ofRegion(region: string): Volume[] {
    return [...this.#existing].filter((volume) => this.#isSeen(volume, region));
  }

  attachedTo(instanceId: string): AttachedVolume[] {
    const ever = this.#everAttached.get(instanceId) ?? [];
    return [...ever].filter(
      (volume): volume is AttachedVolume => volume.attachment?.instanceId === instanceId,
    );
  }

  create(volume: NewVolume): Volume {
    const created = this.#make(volume, 'creating', this.#delays('visible'));
    this.#becomeAvailable(this.#delays('volumeCreating'), created.id);
    return created;
  }

  /** A volume made by RunInstances for its block device mapping; attached when the instance runs. */
  createAttached(
    volume: NewVolume,
    attachment: Pick<Attachment, 'instanceId' | 'device' | 'deleteOnTermination'>,
    visibleInSeconds: number,
  ): Volume {
    const created = this.#make(volume, 'in-use', visibleInSeconds);
    created.attachment = { ...attachment, state: 'attaching', attachedAt: this.#clock.now() };
    return this.#note(created, 'launched');
  }

  attach(volume: Volume, instanceId: string, device: string): void {
    const attachedAt = this.#clock.now();
    volume.state = 'in-use';
    volume.attachment = { instanceId, device, state: 'attaching', attachedAt, deleteOnTermination: false };
    this.#note(volume, 'AttachVolume');
    this.#becomeAttached(this.#delays('attaching'), volume.id);
  }

  detach(volume: Volume): void {
    if (volume.attachment) volume.attachment.state = 'detaching';
    this.#note(volume, 'DetachVolume');
    this.#becomeDetached(this.#delays('detaching'), volume.id);
  }

  delete(volume: Volume): void {
    volume.state = 'deleting';
    this.#note(volume, 'DeleteVolume');
    this.#becomeDeleted(this.#delays('deleting'), volume.id);
  }

  /** The instance runs: what it was launched with is attached. */
  instanceRuns(instanceId: string): void {
    for (const volume of this.attachedTo(instanceId)) {
      if (volume.attachment.state === 'attaching') this.#attached(volume.id);
    }
  }

  /** The instance is gone: its volumes go with it or stay, as each attachment says. */
  instanceTerminated(instanceId: string): void {
    for (const volume of this.attachedTo(instanceId)) {
      if (volume.attachment.deleteOnTermination) this.#deleted(volume.id);
      else this.#detached(volume.id);
    }
  }

  #make(volume: NewVolume, state: Volume['state'], visibleInSeconds: number): Volume {
    const now = this.#clock.now();
    const id = this.#random.id('vol');
    const visibleAt = now + visibleInSeconds * 1000;
    const created: Volume = { ...volume, id, state, createdAt: now, visibleAt, agentCounter: 0, history: [] };
    return this.#note(created, 'created');
  }

  #created(id: string): void {
    const volume = this.table.get(id);
    if (volume?.state !== 'creating') return;
    volume.state = 'available';
    this.#note(volume, 'creation finished');
  }

  #attached(id: string): void {
    const volume = this.table.get(id);
    if (volume?.attachment?.state !== 'attaching') return;
    volume.attachment.state = 'attached';
    this.#note(volume, 'attached');
  }

  #detached(id: string): void {
    const volume = this.table.get(id);
    if (!volume?.attachment) return;
    delete volume.attachment;
    volume.state = 'available';
    this.#note(volume, 'detached');
  }

  #deleted(id: string): void {
    const volume = this.table.get(id);
    if (!volume) return;
    delete volume.attachment;
    volume.state = 'deleted';
    this.#note(volume, 'deleted');
  }

  #note(volume: Volume, cause: string): Volume {
    const { state, attachment } = volume;
    const entry = { at: this.#clock.now(), state: attachment?.state ?? state, cause };
    volume.history.push(attachment ? { ...entry, instanceId: attachment.instanceId } : entry);
    this.#index(volume);
    return this.table.put(volume.id, volume);
  }

  #index(volume: Volume): void {
    if (volume.state === 'deleted') this.#existing.delete(volume);
    else this.#existing.add(volume);
    if (!volume.attachment) return;
    const { instanceId } = volume.attachment;
    this.#everAttached.set(instanceId, (this.#everAttached.get(instanceId) ?? new Set()).add(volume));
  }

  #isSeen(volume: Volume, region: string): boolean {
    return volume.region === region && volume.state !== 'deleted' && volume.visibleAt <= this.#clock.now();
  }
}
