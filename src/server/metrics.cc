#include "server/metrics.h"

#include <cstdio>

#include "auth/secret.h"
#include "base/counters.h"
#include "server/process_usage.h"
#include "types/json_text.h"

namespace kalam::server {

namespace {

constexpr double kNanosecond = 1e-9;
// Bounds outside of these say nothing about anything that takes time here: 1 µs and 69 s.
constexpr size_t kFirstTimeBucket = 10, kLastTimeBucket = 36;

// Times in steps of four, other values wherever there are any.
bool is_shown(size_t bucket, uint64_t count, bool is_time) {
  if (!is_time) return count > 0;
  return bucket >= kFirstTimeBucket && bucket <= kLastTimeBucket && bucket % 2 == 0;
}

void append_number(std::string& out, double value) {
  char text[32];
  out.append(text, static_cast<size_t>(std::snprintf(text, sizeof text, "%.9g", value)));
}

void append_label(std::string& out, std::string_view name, std::string_view value) {
  out += out.back() == '{' ? "" : ",";
  out.append(name).append("=\"");
  for (const auto c : value) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') out += "\\n";
    else out += c;
  }
  out += '"';
}

// name{label="value",le="0.5"}
void append_series(std::string& out, const std::string& name, const counters::Labels& labels,
                   std::string_view bound = {}) {
  out += name;
  if (labels.empty() && bound.empty()) return;
  out += '{';
  for (const auto& [label, value] : labels) append_label(out, label, value);
  if (!bound.empty()) append_label(out, "le", bound);
  out += '}';
}

void append_type(std::string& out, const std::string& name, std::string_view type, std::string& last) {
  if (name == last) return;
  last = name;
  out.append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

void append_histogram(std::string& out, const std::string& name, const counters::Sample& sample, bool is_time) {
  const auto& histogram = *sample.histogram;
  uint64_t below = 0;
  for (size_t i = 0; i < counters::Histogram::kBuckets - 1; ++i) {
    below += histogram.bucket(i);
    if (!is_shown(i, histogram.bucket(i), is_time)) continue;
    char bound[32];
    const auto upper = i == 0 ? 0.0 : static_cast<double>((uint64_t{1} << i) - 1);
    std::snprintf(bound, sizeof bound, "%.9g", is_time ? (upper + 1) * kNanosecond : upper);
    append_series(out, name + "_bucket", sample.labels, bound);
    out += ' ' + std::to_string(below) + '\n';
  }
  // Summed up here, not read again: the three must agree while others go on counting.
  below += histogram.bucket(counters::Histogram::kBuckets - 1);
  append_series(out, name + "_bucket", sample.labels, "+Inf");
  out += ' ' + std::to_string(below) + '\n';
  append_series(out, name + "_sum", sample.labels);
  out += ' ';
  append_number(out, static_cast<double>(histogram.sum()) * (is_time ? kNanosecond : 1));
  out += '\n';
  append_series(out, name + "_count", sample.labels);
  out += ' ' + std::to_string(below) + '\n';
}

void append_sample(std::string& out, const counters::Sample& sample, std::string& last) {
  auto name = "kalamdb_" + sample.name;
  if (sample.histogram) {
    const bool is_time = name.ends_with("_ns");
    if (is_time) name.replace(name.size() - 3, 3, "_seconds");
    append_type(out, name, "histogram", last);
    append_histogram(out, name, sample, is_time);
    return;
  }
  append_type(out, name, sample.counter ? "counter" : "gauge", last);
  append_series(out, name, sample.labels);
  out +=
      ' ' + (sample.counter ? std::to_string(sample.counter->value()) : std::to_string(sample.gauge->value())) + '\n';
}

void append_own(std::string& out, const std::string& name, std::string_view type, double value) {
  out.append("# TYPE kalamdb_").append(name).append(" ").append(type).append("\nkalamdb_").append(name).append(" ");
  append_number(out, value);
  out += '\n';
}

bool may_read(const HttpRequest& request, const MetricsOptions& options) {
  if (request.from_localhost) return true;
  const auto* const authorization = request.header("Authorization");
  if (!authorization) return false;
  if (!options.token.empty() && auth::equal_in_constant_time(*authorization, "Bearer " + options.token)) return true;
  return options.is_admin && options.is_admin(request);
}

}  // namespace

std::string metrics_text(const std::string& version) {
  std::string out;
  const auto usage = process_usage();
  append_own(out, "up", "gauge", 1);
  out += "# TYPE kalamdb_build_info gauge\n";
  append_series(out, "kalamdb_build_info", {{"version", version}});
  out += " 1\n";
  append_own(out, "process_resident_bytes", "gauge", static_cast<double>(usage.resident_bytes));
  append_own(out, "open_files", "gauge", static_cast<double>(usage.open_files));
  append_own(out, "threads", "gauge", static_cast<double>(usage.threads));
  append_own(out, "cpu_seconds_total", "counter", usage.cpu_seconds);
  std::string last;
  for (const auto& sample : counters::samples()) append_sample(out, sample, last);
  return out;
}

HttpResponse answer_metrics(const HttpRequest& request, const MetricsOptions& options) {
  if (!options.enabled) return {.status = 404, .content_type = {}, .body = {}};
  if (!may_read(request, options)) {
    std::string body;
    JsonText(body).begin_object().key("error").string("Access denied. Metrics are restricted.").end_object();
    return json_response(403, std::move(body));
  }
  return {
      .status = 200, .content_type = "text/plain; version=0.0.4; charset=utf-8", .body = metrics_text(options.version)};
}

}  // namespace kalam::server
