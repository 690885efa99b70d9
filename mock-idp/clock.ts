import type { ClockChange, ClockInfo } from './control.ts';
import { MockIdpError } from './errors.ts';
import { clockChange } from './schemas.ts';
import { relativeSeconds } from './times.ts';
import { validate } from './validate.ts';

/** The last moment that a date of four digits of year can name (RFC 3339 §1). */
const LATEST = Date.UTC(10_000, 0) - 1;

/** What time it is at a server: real, shifted, or standing still. */
export class Clock {
  readonly #real: () => number;
  #offset = 0;
  #frozenAt: number | undefined;

  /** @param real time in milliseconds since the epoch */
  constructor(real: () => number) {
    this.#real = real;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#at(this.#real());
  }

  info(): ClockInfo {
    // Read once: between two readings a millisecond may end, and a clock that is not shifted would seem to be.
    const real = this.#real();
    const now = this.#at(real);
    return {
      now,
      iso: new Date(now).toISOString(),
      frozen: this.#frozenAt !== undefined,
      offsetMs: now - real,
    };
  }

  /** @throws MockIdpError `invalid_request` for a time that is none, or that no date can name */
  change(request: ClockChange): ClockInfo {
    const change = validate(clockChange, request, 'Cannot set the clock');
    switch (change.kind) {
      case 'freeze':
        this.#frozenAt = named(change.at === undefined ? this.now() : this.#moment(change.at));
        break;
      case 'advance': {
        const by = milliseconds(change.by);
        named(this.now() + by);
        if (this.#frozenAt === undefined) this.#offset += by;
        else this.#frozenAt += by;
        break;
      }
      case 'offset': {
        const by = milliseconds(change.by);
        named(this.#real() + by);
        this.#offset = by;
        this.#frozenAt = undefined;
        break;
      }
      case 'real':
        this.#offset = 0;
        this.#frozenAt = undefined;
        break;
    }
    return this.info();
  }

  #at(real: number): number {
    return this.#frozenAt ?? real + this.#offset;
  }

  #moment(text: string): number {
    const seconds = relativeSeconds(text);
    if (seconds !== undefined) return this.now() + seconds * 1000;
    // Without an offset a date would mean another moment on each machine.
    const time = /(?:Z|[+-]\d\d:\d\d)$/u.test(text) ? Date.parse(text) : Number.NaN;
    if (!Number.isNaN(time)) return time;
    throw new MockIdpError(
      'invalid_request',
      `at: "${text.slice(0, 32)}" is no time; write it like "2030-01-31T12:00:00Z", "+15m", "-1h" or "now"`,
    );
  }
}

function milliseconds(by: string): number {
  const seconds = relativeSeconds(by);
  if (seconds !== undefined) return seconds * 1000;
  throw new MockIdpError(
    'invalid_request',
    `by: "${by.slice(0, 32)}" is no span of time; write it like "-1s", "+15m", "+1h" or "+7d"`,
  );
}

function named(time: number): number {
  if (time >= 0 && time <= LATEST) return time;
  throw new MockIdpError('invalid_request', 'The clock goes from 1970-01-01 to 9999-12-31');
}
