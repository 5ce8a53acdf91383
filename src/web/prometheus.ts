import type { Attributes, Counter, Histogram } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { Metrics } from '../model/metrics.ts';

const BUCKETS_MS = [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 70_000];

export interface PrometheusMetrics {
  readonly metrics: Metrics;
  /** The page in the Prometheus text format. */
  text(): Promise<string>;
}

/** Counts in this process; our own server serves the page, so the exporter opens no port. */
export function createPrometheusMetrics(): PrometheusMetrics {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const meter = new MeterProvider({ readers: [exporter] }).getMeter('deskbridge');
  const counters = new Map<string, Counter<Attributes>>();
  const histograms = new Map<string, Histogram<Attributes>>();
  const serializer = new PrometheusSerializer();

  return {
    metrics: {
      count(name, labels = {}, by = 1) {
        const counter = counters.get(name) ?? meter.createCounter(name);
        counters.set(name, counter);
        counter.add(by, labels);
      },
      observe(name, value, labels = {}) {
        const histogram =
          histograms.get(name) ??
          meter.createHistogram(name, { advice: { explicitBucketBoundaries: BUCKETS_MS } });
        histograms.set(name, histogram);
        histogram.record(value, labels);
      },
    },
    async text() {
      const { resourceMetrics } = await exporter.collect();
      return serializer.serialize(resourceMetrics);
    },
  };
}
