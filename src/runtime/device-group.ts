import { allocate, type HostArray } from "../tensor/dtype.js";
import type { Backend, BackendTensor, DeviceTensor, Session } from "./backend.js";
import type { GroupModels } from "./group-models.js";
import type { GroupSpec } from "./program.js";
import { layOut, type Place } from "./state-layout.js";

/**
 * One group of state in device memory.
 *
 * A device tensor has no partial views. A group is therefore held as a whole, as its slots or in host
 * memory, and in several of these forms if programs write one and read another: a training step writes
 * parameters as a whole and reads them slot by slot. The whole is split on the device.
 */
export class DeviceGroup {
  readonly whole: Place;
  readonly places: ReadonlyMap<string, Place>;
  /** Elements that the host wrote, until a run changes the group. */
  private host: HostArray | undefined;
  private entire: DeviceTensor | undefined;
  private readonly slots = new Map<Place, DeviceTensor>();
  private splitter: Session | undefined;
  private copier: Session | undefined;

  constructor(
    private readonly backend: Backend,
    readonly spec: GroupSpec,
    private readonly models: GroupModels,
  ) {
    const { whole, places } = layOut(spec);
    this.whole = whole;
    this.places = places;
    this.host = allocate(spec.dtype, whole.length);
  }

  /** The tensor that a run reads at a place. */
  async input(place: Place): Promise<BackendTensor | DeviceTensor> {
    if (place !== this.whole) {
      if (!this.slots.has(place)) await this.takeApart();
      return this.slots.get(place)!;
    }
    if (this.entire !== undefined) return this.entire;
    this.host ??= await this.read();
    return this.backend.tensor(this.spec.dtype, this.host, place.shape);
  }

  /** Prepares for new values of some slots by making the other slots available on their own. */
  async keepOthers(changing: ReadonlySet<Place>): Promise<void> {
    for (const place of this.places.values()) {
      if (!changing.has(place)) await this.input(place);
    }
  }

  /** Takes over a run's results: the whole group, or the slots that `keepOthers` prepared for. */
  adopt(results: ReadonlyMap<Place, DeviceTensor>): void {
    this.host = undefined;
    this.entire?.dispose();
    this.entire = results.get(this.whole);
    for (const [place, tensor] of this.slots) {
      if (this.entire === undefined && !results.has(place)) continue;
      tensor.dispose();
      this.slots.delete(place);
    }
    for (const [place, tensor] of results) {
      if (place !== this.whole) this.slots.set(place, tensor);
    }
  }

  /** The elements in host memory: the group's own array, or a copy from the device. */
  async read(): Promise<HostArray> {
    if (this.host !== undefined) return this.host;
    const { dtype } = this.spec;
    const elements = allocate(dtype, this.whole.length);
    const held = this.entire ? [[this.whole, this.entire] as const] : this.slots;
    this.copier ??= await this.backend.createSession(this.models.copy);
    for (const [{ offset, length, shape }, x] of held) {
      const part = elements.subarray(offset, offset + length);
      await this.copier.run({ x }, { y: this.backend.tensor(dtype, part, shape) });
    }
    return elements;
  }

  /** Takes over elements in host memory. */
  replace(elements: HostArray): void {
    this.host = elements;
    this.releaseTensors();
  }

  async release(): Promise<void> {
    this.releaseTensors();
    await this.splitter?.release();
    await this.copier?.release();
  }

  private async takeApart(): Promise<void> {
    const names = Array.from(this.places.keys(), (name) => `slot:${name}`);
    this.splitter ??= await this.backend.createSession(this.models.split, { kept: names });
    const parts = await this.splitter.run({ whole: await this.input(this.whole) }, {});
    for (const [name, place] of this.places) {
      this.slots.get(place)?.dispose();
      this.slots.set(place, parts[`slot:${name}`]!);
    }
  }

  private releaseTensors(): void {
    this.entire?.dispose();
    this.entire = undefined;
    for (const tensor of this.slots.values()) tensor.dispose();
    this.slots.clear();
  }
}
