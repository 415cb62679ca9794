#include "duck/detail/allowed_functions.h"

#include <unordered_set>

namespace kalam::duck {

namespace {

using Names = std::unordered_set<std::string_view>;

// Names with blanks between them.
Names names_in(std::initializer_list<std::string_view> groups) {
  Names names;
  for (auto group : groups) {
    while (!group.empty()) {
      const auto end = group.find(' ');
      if (end != 0) names.insert(group.substr(0, end));
      group.remove_prefix(end == std::string_view::npos ? group.size() : end + 1);
    }
  }
  return names;
}

// Those of the dialect (spec sql §13), and what DuckDB's parser makes of syntax. All of them were read by a human: none
// reaches a file, the catalog, a setting, a log, or runs SQL of its own; what makes large values is bounded (bounds.h).
const Names& allowed() {
  static const auto* const names = new Names(names_in({
      // Operators.
      "+ - * / % & | ^ << >> || ~~ !~~ ~~* !~~* <~> <~*> <!~> <!~*> <@@> <@@@> <~~> @> <@ &&",
      "like_escape not_like_escape ilike_escape not_ilike_escape regexp_full_match row struct_pack",
      "list_value array_slice array_extract list_extract element_at unnest",
      "to_years to_quarters to_months to_weeks to_days to_hours to_minutes to_seconds to_milliseconds to_microseconds",
      "to_decades to_centuries to_millennia timezone",
      // Ours.
      "current_user current_user_id kdb_current_user current_role kdb_current_role",
      "snowflake_id uuid_v7 ulid cosine_distance",
      "json_get json_get_str json_get_int json_get_float json_get_bool json_get_json json_get_array json_as_text",
      "json_contains json_length json_object_keys json_keys json_from_scalar",
      // Texts.
      "ascii bit_length btrim trim chr concat concat_ws contains ends_with levenshtein lower ltrim rtrim octet_length",
      "repeat replace split_part starts_with to_hex upper uuid character_length char_length length find_in_set",
      "initcap instr position left right lpad rpad reverse strpos substr substring substr_index translate overlay",
      "regexp_count regexp_instr regexp_like regexp_match regexp_replace encode decode",
      // Times.
      "now current_timestamp current_date today current_time date_bin date_part datepart date_trunc datetrunc",
      "from_unixtime make_date make_time make_timestamp to_char date_format to_date to_time to_timestamp",
      "to_timestamp_seconds to_timestamp_millis to_timestamp_micros to_timestamp_nanos to_unixtime to_local_time",
      // Numbers.
      "abs acos acosh asin asinh atan atan2 atanh cbrt ceil ceiling cos cosh cot degrees exp factorial floor gcd isnan",
      "isinf isfinite iszero lcm ln log log2 log10 nanvl pi pow power radians random round sign signum sin sinh sqrt",
      "tan tanh trunc",
      // Choices.
      "coalesce nullif nvl ifnull nvl2 greatest least grouping version",
      // Lists and maps.
      "make_array array_append array_concat array_cat array_contains array_has array_has_all array_has_any",
      "array_distance array_distinct array_element array_except array_intersect array_union array_length array_max",
      "array_min array_position array_indexof array_positions array_prepend array_push_back array_push_front",
      "array_remove array_repeat array_replace array_resize array_reverse array_sort array_to_string array_pop_back",
      "array_pop_front cardinality empty flatten range generate_series string_to_array string_to_list",
      "list_append list_concat list_cat list_contains list_has list_has_all list_has_any list_distance list_distinct",
      "list_element list_except list_intersect list_union list_length list_max list_min list_position list_indexof",
      "list_positions list_prepend list_remove list_repeat list_replace list_resize list_reverse list_slice list_sort",
      "map map_keys map_values map_extract map_entries",
      // Aggregates and windows.
      "count count_star sum avg mean min max median array_agg list string_agg first_value last_value nth_value",
      "first last any_value bool_and bool_or bit_and bit_or bit_xor stddev stddev_samp stddev_pop var var_samp",
      "var_pop covar_samp covar_pop corr regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx",
      "regr_sxy regr_syy approx_distinct approx_median approx_percentile_cont percentile_cont quantile_cont",
      "row_number rank dense_rank percent_rank cume_dist ntile lag lead",
  }));
  return *names;
}

// Another value each time, or at another moment.
const Names& volatiles() {
  static const auto* const names = new Names(
      names_in({"random uuid snowflake_id uuid_v7 ulid now current_timestamp current_date current_time today localtime",
                "localtimestamp"}));
  return *names;
}

}  // namespace

bool is_allowed_table_function(std::string_view name) {
  return name == "range" || name == "generate_series" || name == "unnest";
}

bool is_volatile_function(std::string_view name) { return volatiles().contains(name); }

bool is_allowed_function(std::string_view name) { return allowed().contains(name); }

}  // namespace kalam::duck
