// The answers to commands (command.h), in the same manner.

#pragma once
#include "codec/command.h"

namespace kalam::codec {
namespace response {

struct Ok {
  static constexpr std::string_view kName = "Ok";
  static constexpr auto fields() { return std::tuple(); }
  bool operator==(const Ok&) const = default;
};

struct Message {
  static constexpr std::string_view kName = "Message";
  std::string message;
  static constexpr auto fields() { return std::tuple(Field{"message", &Message::message}); }
  bool operator==(const Message&) const = default;
};

struct NamespaceCreated {
  static constexpr std::string_view kName = "NamespaceCreated";
  NamespaceId namespace_id;
  std::string message;
  static constexpr auto fields() {
    return std::tuple(Field{"namespace_id", &NamespaceCreated::namespace_id},
                      Field{"message", &NamespaceCreated::message});
  }
  bool operator==(const NamespaceCreated&) const = default;
};

struct TableCreated {
  static constexpr std::string_view kName = "TableCreated";
  TableId table_id;
  std::string message;
  static constexpr auto fields() {
    return std::tuple(Field{"table_id", &TableCreated::table_id}, Field{"message", &TableCreated::message});
  }
  bool operator==(const TableCreated&) const = default;
};

struct UserCreated {
  static constexpr std::string_view kName = "UserCreated";
  UserId user_id;
  std::string message;
  static constexpr auto fields() {
    return std::tuple(Field{"user_id", &UserCreated::user_id}, Field{"message", &UserCreated::message});
  }
  bool operator==(const UserCreated&) const = default;
};

struct JobCreated {
  static constexpr std::string_view kName = "JobCreated";
  JobId job_id;
  std::string message;
  static constexpr auto fields() {
    return std::tuple(Field{"job_id", &JobCreated::job_id}, Field{"message", &JobCreated::message});
  }
  bool operator==(const JobCreated&) const = default;
};

struct JobClaimed {
  static constexpr std::string_view kName = "JobClaimed";
  JobId job_id;
  NodeId node_id;
  std::string message;
  static constexpr auto fields() {
    return std::tuple(Field{"job_id", &JobClaimed::job_id}, Field{"node_id", &JobClaimed::node_id},
                      Field{"message", &JobClaimed::message});
  }
  bool operator==(const JobClaimed&) const = default;
};

// The command was understood and refused, on every replica alike.
struct Failed {
  static constexpr std::string_view kName = "Error";
  std::string message;
  static constexpr auto fields() { return std::tuple(Field{"message", &Failed::message}); }
  bool operator==(const Failed&) const = default;
};

struct RowsAffected {
  static constexpr std::string_view kName = "RowsAffected";
  uint64_t rows = 0;
  static constexpr auto fields() { return Content{&RowsAffected::rows}; }
  bool operator==(const RowsAffected&) const = default;
};

struct TransactionCommitted {
  static constexpr std::string_view kName = "TransactionCommitted";
  uint64_t rows_affected = 0;
  CommitSeq commit_seq{0};
  uint64_t notifications_sent = 0;
  uint64_t manifest_updates = 0;
  uint64_t publisher_events = 0;
  static constexpr auto fields() {
    return std::tuple(Field{"rows_affected", &TransactionCommitted::rows_affected},
                      Field{"commit_seq", &TransactionCommitted::commit_seq},
                      Field{"notifications_sent", &TransactionCommitted::notifications_sent},
                      Field{"manifest_updates", &TransactionCommitted::manifest_updates},
                      Field{"publisher_events", &TransactionCommitted::publisher_events});
  }
  bool operator==(const TransactionCommitted&) const = default;
};

struct Subscribed {
  static constexpr std::string_view kName = "Subscribed";
  SubscriptionId subscription_id;
  static constexpr auto fields() { return std::tuple(Field{"subscription_id", &Subscribed::subscription_id}); }
  bool operator==(const Subscribed&) const = default;
};

}  // namespace response

using MetaResponse = std::variant<response::Ok, response::Message, response::NamespaceCreated, response::TableCreated,
                                  response::UserCreated, response::JobCreated, response::JobClaimed, response::Failed>;
using DataResponse = std::variant<response::Ok, response::RowsAffected, response::TransactionCommitted,
                                  response::Subscribed, response::Failed>;

namespace response {

struct Meta {
  static constexpr std::string_view kName = "Meta";
  MetaResponse response;
  static constexpr auto fields() { return Content{&Meta::response}; }
  bool operator==(const Meta&) const = default;
};
struct Data {
  static constexpr std::string_view kName = "Data";
  DataResponse response;
  static constexpr auto fields() { return Content{&Data::response}; }
  bool operator==(const Data&) const = default;
};

}  // namespace response

using RaftResponse = std::variant<response::Meta, response::Data>;

}  // namespace kalam::codec
