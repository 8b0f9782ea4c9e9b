import { inflateSync } from 'node:zlib';
import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
  initWebAssemblySync,
  JsHistogram,
} from 'hdr-histogram-js';

/**
 * HdrHistograms of microseconds: 3 significant digits, so that any quantile is at most 0.1 % above
 * the sample it stands for; 2 in the slices of time, where it is 0.8 %. Recorded in 32-bit WebAssembly, read
 * and added in 64-bit JavaScript.
 */

export type { Histogram };

/** Significant decimal digits that a histogram of a whole trial keeps. */
const DIGITS = 3;

/** Slices of a measuring phase that is long enough: as many as a chart shows, and few enough to carry samples. */
export const SLICES = 20;

/** Digits of a slice of time: slices show how latency went along, and a third digit would be a third of the results. */
const SLICE_DIGITS = 2;

/** A new histogram covers this much; it grows by powers of two to what is recorded. */
const FIRST_RANGE_US = 4_095;

/**
 * An empty histogram to record whole microseconds in, with `recordValue(us)`.
 *
 * It is WebAssembly because recording is the receive path's: 20 ns a value against 90 ns in
 * JavaScript (Node 20, 65,536 log-normal values over and over), with bit-identical encodings. It
 * also throws on a NaN, which the JavaScript one counts without a place. Its 32-bit counters hold
 * 6 hours of 190,000 values a second. It grows because a fixed range of an hour costs 94 KB, and a
 * trial may have thousands of interval histograms. Negative values throw; longer than an hour is kept.
 *
 * `destroy()` gives its memory back; a process that is about to end need not.
 */
export function newHistogram(): Histogram {
  return recording(DIGITS);
}

/** An empty histogram for one slice of time, coarser than that of a whole trial. */
export function newSliceHistogram(): Histogram {
  return recording(SLICE_DIGITS);
}

function recording(digits: 2 | 3): Histogram {
  initWebAssemblySync();
  return build({
    bitBucketSize: 32,
    autoResize: true,
    lowestDiscernibleValue: 1,
    highestTrackableValue: FIRST_RANGE_US,
    numberOfSignificantValueDigits: digits,
    useWebAssembly: true,
  });
}

/** The histogram as the results file holds it: V2 compressed, base64. */
export function encodeHistogram(histogram: Histogram): string {
  return encodeIntoCompressedBase64(histogram);
}

/** A string that is no histogram of this tool. */
export class HistogramError extends Error {
  readonly code = 'HISTOGRAM';
  override readonly name = 'HistogramError';
}

/**
 * Reads an encoded histogram.
 *
 * @throws HistogramError if it is none, or one of another resolution.
 */
export function decodeHistogram(encoded: string): Histogram {
  return decode(encoded, DIGITS);
}

/**
 * Reads the histogram of a slice of time. Files of before slices were coarser have more digits in them.
 *
 * @throws HistogramError if it is none, or one of another resolution.
 */
export function decodeSlice(encoded: string): Histogram {
  return decode(encoded, SLICE_DIGITS);
}

function decode(encoded: string, atLeast: number): Histogram {
  try {
    checkHeader(encoded, atLeast);
    // 64-bit counters: what one worker may count fits 32 bits, what all of them counted need not.
    return decodeFromCompressedBase64(encoded, 64, false);
  } catch (cause) {
    if (cause instanceof HistogramError) throw cause;
    throw new HistogramError(NO_HISTOGRAM, { cause });
  }
}

const NO_HISTOGRAM = 'is not an HdrHistogram (V2 compressed, base64)';

/** The cookie and the length before what is compressed. */
const ENVELOPE_BYTES = 8;

/** Cookie, length of the counts, offset, digits, lowest and highest value, ratio. */
const HEADER_BYTES = 40;

/** Counts take at most 9 bytes for each of the 1,024 values of each of the 53 powers of two, and the first half. */
const MAX_INFLATED_BYTES = HEADER_BYTES + 9 * 1_024 * 55;

/**
 * Holds the header against what this tool writes. The library believes it: a length of 2^31 keeps
 * it busy for minutes, and a short text may inflate to gigabytes.
 */
function checkHeader(encoded: string, atLeast: number): void {
  const deflated = Buffer.from(encoded, 'base64').subarray(ENVELOPE_BYTES);
  const inflated = inflateSync(deflated, { maxOutputLength: MAX_INFLATED_BYTES });
  const digits = inflated.readInt32BE(12);
  if (digits < atLeast || digits > DIGITS) {
    throw new HistogramError(
      `keeps ${digits} significant digits instead of ${atLeast === DIGITS ? DIGITS : `${atLeast} or ${DIGITS}`}`,
    );
  }
  const countsBytes = inflated.readInt32BE(4);
  const [lowest, highest] = [inflated.readBigUInt64BE(16), inflated.readBigUInt64BE(24)];
  const isOurs =
    countsBytes === inflated.length - HEADER_BYTES && lowest === 1n && highest <= Number.MAX_SAFE_INTEGER;
  if (!isOurs) throw new HistogramError(NO_HISTOGRAM);
}

/**
 * The histogram of all samples of several: exact, since the counts of equal buckets add. It keeps as many
 * digits as the coarsest of them, whose buckets are sums of those of a finer one.
 */
export function addHistograms(histograms: readonly Histogram[]): Histogram {
  const sum = build({
    bitBucketSize: 64,
    autoResize: true,
    lowestDiscernibleValue: 1,
    // Large enough from the start: growing while adding would write another range into the header.
    highestTrackableValue: Math.max(
      FIRST_RANGE_US,
      ...histograms.map(({ highestTrackableValue }) => highestTrackableValue),
    ),
    numberOfSignificantValueDigits: Math.min(
      DIGITS,
      ...histograms.map(({ numberOfSignificantValueDigits: digits }) => digits),
    ) as 2 | 3,
  });
  for (const histogram of histograms) sum.add(histogram);
  return sum;
}

/**
 * The smallest value that a share `q` of the samples does not exceed, in microseconds; `null` where
 * there are no samples, since the library's 0 would read as "instant".
 *
 * As in every HdrHistogram it is the highest value that the bucket stands for, never below the true
 * sample and less than 0.1 % above it (0.8 % in a slice of time). `q = 1` is the maximum, by the same rule.
 *
 * @param q from 0 to 1, so 0.99 and not 99.
 */
export function quantileUs(histogram: Histogram, q: number): number | null {
  return histogram.totalCount === 0 ? null : histogram.getValueAtPercentile(q * 100);
}

/** The mean of the samples in microseconds, each taken at the middle of its bucket; `null` without samples. */
export function meanUs(histogram: Histogram): number | null {
  if (histogram.totalCount === 0) return null;
  let mean = means.get(histogram);
  if (mean === undefined) {
    mean = histogram.mean;
    means.set(histogram, mean);
  }
  return mean;
}

/** The library goes through all buckets for a mean, and every format of a report asks for it. */
const means = new WeakMap<Histogram, number>();

/**
 * Every value that a histogram of {@link decodeHistogram} or {@link addHistograms} has samples of, rising, as
 * the lowest that its bucket stands for, and how many. The library's own iterator takes five times as long,
 * most of it for ends of buckets that nobody asks for.
 */
export function* recordedIn(histogram: Histogram): Generator<readonly [us: number, samples: number]> {
  if (!(histogram instanceof JsHistogram)) throw new HistogramError('is being recorded in, not read');
  let left = histogram.totalCount;
  for (let index = 0; left > 0 && index < histogram.countsArrayLength; index += 1) {
    const samples = histogram.getCountAtIndex(index);
    if (samples === 0) continue;
    left -= samples;
    yield [histogram.valueFromIndex(index), samples];
  }
}
