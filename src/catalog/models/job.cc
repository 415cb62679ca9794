#include "catalog/models/job.h"

namespace kalam::catalog {

template <>
const Model<Job>& model<Job>() {
  static const Model<Job> jobs{
      .schema = codec::SystemModel::job,
      .table = "jobs",
      .comment = "Background jobs for maintenance and data management",
      .fields = {
          field<&Job::job_id>(1, "job_id").key().comment("Two letters of the type, a dash, an id"),
          field<&Job::job_type>(2, "job_type").comment("What the job does"),
          field<&Job::status>(3, "status")
              .comment("new, queued, running, retrying, completed, failed, cancelled, skipped"),
          field<&Job::leader_status>(4, "leader_status").comment("State of the leader's part"),
          field<&Job::parameters>(5, "parameters").comment("What the job works on"),
          field<&Job::message>(6, "message").comment("Result, or why it failed"),
          field<&Job::exception_trace>(7, "exception_trace").comment("Details of a failure"),
          field<&Job::idempotency_key>(8, "idempotency_key").comment("At most one active job has this key"),
          field<&Job::queue>(9, "queue").comment("Queue of the job"),
          field<&Job::priority>(10, "priority").comment("Higher goes first"),
          field<&Job::retry_count>(11, "retry_count").comment("Attempts after the first"),
          field<&Job::max_retries>(12, "max_retries").comment("Attempts allowed after the first"),
          field<&Job::memory_used>(13, "memory_used").comment("Memory used, in bytes"),
          field<&Job::cpu_used>(14, "cpu_used").comment("Processor time used, in microseconds"),
          field<&Job::created_at>(15, "created_at").comment("When the job was created"),
          field<&Job::updated_at>(16, "updated_at").comment("When the job last changed"),
          field<&Job::started_at>(17, "started_at").comment("When it began to run"),
          field<&Job::finished_at>(18, "finished_at").comment("When it ended"),
          field<&Job::node_id>(19, "node_id").comment("Node that created the job"),
          field<&Job::leader_node_id>(20, "leader_node_id").comment("Node that ran the leader's part"),
      }};
  return jobs;
}

template <>
const Model<JobNode>& model<JobNode>() {
  static const Model<JobNode> job_nodes{
      .schema = codec::SystemModel::job_node,
      .table = "job_nodes",
      .comment = "Per-node job execution state",
      .fields = {
          field<&JobNode::job_id>(1, "job_id").key().comment("Job"),
          field<&JobNode::node_id>(2, "node_id").key().comment("Node"),
          field<&JobNode::status>(3, "status").comment("State of the job on this node"),
          field<&JobNode::error_message>(4, "error_message").comment("Why it failed there"),
          field<&JobNode::created_at>(5, "created_at").defaults_to_now().comment("When the node learned of the job"),
          field<&JobNode::started_at>(6, "started_at").comment("When it began to run there"),
          field<&JobNode::finished_at>(7, "finished_at").comment("When it ended there"),
          field<&JobNode::updated_at>(8, "updated_at").defaults_to_now().comment("When it last changed there"),
      }};
  return job_nodes;
}

Status Job::check() const {
  const auto refuse = [&](std::string what) {
    return Error{ErrorCode::invalid_operation, "Job " + job_id.value() + ": " + std::move(what)};
  };
  const std::string state(name_of(status));
  if (status >= JobStatus::running && !started_at) {
    return refuse("started_at must be set before marking status " + state);
  }
  if (is_final(status) && !finished_at) return refuse("finished_at must be set before marking status " + state);
  if (status == JobStatus::completed && !message) {
    return refuse("result/message must be set before marking status completed");
  }
  if (status == JobStatus::skipped && !message) return refuse("message must be set before marking status skipped");
  return {};
}

}  // namespace kalam::catalog
