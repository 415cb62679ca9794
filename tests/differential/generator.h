// Statements from a seed, over tables of every kind and with every type: most are right, some fail.

#pragma once
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "types/value.h"

namespace kalam::differential {

enum class Type : uint8_t {
  boolean,
  smallint,
  integer,
  bigint,
  float_,
  double_,
  decimal,
  text,
  timestamp,
  datetime,
  date,
  time,
  json,
  bytes,
  uuid,
  embedding,
};

struct Column {
  std::string name;
  Type type = Type::text;
  bool key = false;
  bool not_null = false;
  std::string constraint = {};  // behind its type in CREATE TABLE
};

struct Table {
  std::string name;
  std::string kind;  // USER, SHARED, STREAM
  std::vector<Column> columns;
  std::string options = {};  // of WITH (…)
  std::string definition() const;
  const Column* key() const;
};

const std::vector<Table>& tables();

struct Statement {
  enum class Kind : uint8_t { query, write, block } kind = Kind::query;
  std::string sql = {};
  std::vector<Value> parameters = {};
  bool ordered = true;    // the rows of a query come in one order only
  bool groups = false;    // what is equal becomes one
  bool doubtful = false;  // a value of the wrong type, or too great: whether it fails depends on which rows it meets
  bool cut = false;       // LIMIT: rows behind it need not have been worked out, so neither need they fail
};

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  Statement next();
  // Three parts of one question: WHERE p, WHERE NOT p and WHERE p IS NULL make up all rows.
  std::string predicate_over(const Table& table);
  const Table& any_table() { return one_of(tables()); }

 private:
  size_t below(size_t bound) { return static_cast<size_t>(random_() % bound); }
  bool chance(size_t percent) { return below(100) < percent; }
  template <typename T>
  const T& one_of(const std::vector<T>& list) {
    return list[below(list.size())];
  }
  template <typename T, size_t N>
  std::string_view one_of(const T (&list)[N]) {
    return list[below(N)];
  }

  std::string word();
  std::string literal(Type type);
  std::string constant(Type type);  // a literal, or a parameter of the statement
  std::string given(const Column& column);
  std::string condition(size_t depth);
  std::string comparison();
  std::string key_condition();
  std::string of_type(const Column& column);
  std::string assigned(const Column& column);
  std::string item();
  std::string aggregate();
  std::string direction();
  std::string limit();
  std::string where();
  const Column& column();
  const Column* column_of(std::initializer_list<Type> types);
  const Column& comparable();

  void query();
  void plain();
  void grouped();
  void distinct();
  void nested();
  void insert();
  void update();
  void remove();
  void write();

  std::mt19937_64 random_;
  Statement made_;
  const Table* table_ = nullptr;
  bool parameters_allowed_ = true;
  bool changing_ = false;  // in the condition of a write: were it doubtful, the databases would go apart
};

}  // namespace kalam::differential
