// Job: a piece of background work, and what each node made of it.

#pragma once
#include "catalog/models/model.h"

namespace kalam::catalog {

enum class JobType : uint8_t {
  flush,
  vector_index,
  compact,
  cleanup,
  job_cleanup,
  backup,
  restore,
  retention,
  stream_eviction,
  user_cleanup,
  manifest_eviction,
  topic_cleanup,
  topic_retention,
  user_export,
  unknown,
};
template <>
inline constexpr EnumTexts<JobType, 15> kTexts<JobType> = {{{JobType::flush, "flush"},
                                                            {JobType::vector_index, "vector_index"},
                                                            {JobType::compact, "compact"},
                                                            {JobType::cleanup, "cleanup"},
                                                            {JobType::job_cleanup, "job_cleanup"},
                                                            {JobType::backup, "backup"},
                                                            {JobType::restore, "restore"},
                                                            {JobType::retention, "retention"},
                                                            {JobType::stream_eviction, "stream_eviction"},
                                                            {JobType::user_cleanup, "user_cleanup"},
                                                            {JobType::manifest_eviction, "manifest_eviction"},
                                                            {JobType::topic_cleanup, "topic_cleanup"},
                                                            {JobType::topic_retention, "topic_retention"},
                                                            {JobType::user_export, "user_export"},
                                                            {JobType::unknown, "unknown"}}};
// A type of a later version is shown, and never run.
template <>
inline constexpr std::optional<JobType> kUnknown<JobType> = JobType::unknown;

// The numbers order the index by status: append-only.
enum class JobStatus : uint8_t {
  new_ = 0,
  queued = 1,
  running = 2,
  retrying = 3,
  completed = 4,
  failed = 5,
  cancelled = 6,
  skipped = 7,
};
template <>
inline constexpr EnumTexts<JobStatus, 8> kTexts<JobStatus> = {{{JobStatus::new_, "new"},
                                                               {JobStatus::queued, "queued"},
                                                               {JobStatus::running, "running"},
                                                               {JobStatus::retrying, "retrying"},
                                                               {JobStatus::completed, "completed"},
                                                               {JobStatus::failed, "failed"},
                                                               {JobStatus::cancelled, "cancelled"},
                                                               {JobStatus::skipped, "skipped"}}};
inline bool is_final(JobStatus status) { return status >= JobStatus::completed; }

struct Job {
  JobId job_id;
  JobType job_type = JobType::unknown;
  JobStatus status = JobStatus::new_;
  std::optional<JobStatus> leader_status;
  std::optional<Json> parameters;
  std::optional<std::string> message;
  std::optional<std::string> exception_trace;
  std::optional<std::string> idempotency_key;
  std::optional<std::string> queue;
  std::optional<int32_t> priority;
  uint8_t retry_count = 0;
  uint8_t max_retries = 3;
  std::optional<int64_t> memory_used;  // bytes
  std::optional<int64_t> cpu_used;     // µs
  Timestamp created_at;
  Timestamp updated_at;
  std::optional<Timestamp> started_at;
  std::optional<Timestamp> finished_at;
  NodeId node_id{0};
  std::optional<NodeId> leader_node_id;

  bool operator==(const Job&) const = default;

  // A job that says it ran says when; one that is over says when and how it ended.
  Status check() const;
};

template <>
const Model<Job>& model<Job>();

struct JobNode {
  JobId job_id;
  NodeId node_id{0};
  JobStatus status = JobStatus::new_;
  std::optional<std::string> error_message;
  Timestamp created_at;
  std::optional<Timestamp> started_at;
  std::optional<Timestamp> finished_at;
  Timestamp updated_at;

  bool operator==(const JobNode&) const = default;
};

template <>
const Model<JobNode>& model<JobNode>();

}  // namespace kalam::catalog
