import type { Service } from '../model/config.ts';
import type { ServiceUnit } from './service-unit.ts';

/** One copy of a service with what it was told of others when it was started. */
export interface Copy {
  /** As the config defines it; the unit has a name of its own where there are several copies. */
  readonly service: Service;
  /** From 0. */
  readonly number: number;
  readonly unit: ServiceUnit;
  needsSeen: readonly NeedSeen[];
}

/** All services of a run in all their copies. */
export interface Units {
  /** The copy that serves a slot; `null` for a service that is not defined. */
  of(service: string, slot: number): Copy | null;
  copiesOf(service: string): readonly Copy[];
  readonly names: readonly string[];
}

/** What a service was told of one that it needs. */
export interface NeedSeen {
  readonly name: string;
  readonly generation: number;
  readonly url: string | null;
}
