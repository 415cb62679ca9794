#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "duck/instance.h"
#include "duck/source_fixture.h"

namespace kalam::duck {
namespace {

using testing::HasSubstr;

struct Case {
  std::string_view sql;
  std::string_view rows;  // or, behind "! ", a part of the error
};

// app.emp of the golden replies, and app.docs.
class Dialect : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = Instance::open({});
    ASSERT_TRUE(opened.ok()) << opened.error();
    instance_ = std::move(*opened);
    const auto integer = [](int32_t value) { return Value::int32(value); };
    emp_ = std::make_unique<FixedRows>(
        std::vector<SourceColumn>{{"id", TypeTag::integer, ScalarKind::int32, false, true},
                                  {"name", TypeTag::text, ScalarKind::utf8, false},
                                  {"dept", TypeTag::text, ScalarKind::utf8},
                                  {"salary", TypeTag::double_, ScalarKind::float64},
                                  {"hired", TypeTag::date, ScalarKind::date32},
                                  {"ts", TypeTag::timestamp, ScalarKind::timestamp_us},
                                  {"price", DataType::decimal(12, 2).value(), ScalarKind::decimal128},
                                  {"u", TypeTag::uuid, ScalarKind::fixed_binary}},
        std::vector<std::vector<Value>>{
            {integer(1), Value::text("Ada"), Value::text("eng"), Value::float64(100.5), Value::date(11385),
             Value::timestamp_us(981173106000000), Value::decimal(150, 12, 2),
             Value::uuid({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})},
            {integer(2), Value::text("Bob"), Value::text("eng"), Value::float64(80), Value(), Value(),
             Value::decimal(-225, 12, 2), Value()},
            {integer(3), Value::text("Cy"), Value(), Value(), Value::date(-165), Value(), Value(), Value()}});
    docs_ = std::make_unique<FixedRows>(
        std::vector<SourceColumn>{{"id", TypeTag::integer, ScalarKind::int32, false, true},
                                  {"v", DataType::embedding(3).value(), ScalarKind::embedding},
                                  {"j", TypeTag::json, ScalarKind::utf8}},
        std::vector<std::vector<Value>>{{integer(1), Value::embedding(std::vector<float>{1, 0, 0}),
                                         Value::text(R"({"a":{"b":7},"t":["x","y"],"f":1.5,"ok":true,"n":null})")},
                                        {integer(2), Value::embedding(std::vector<float>{0, 1, 0}), Value::text("{}")},
                                        {integer(3), Value(), Value::text("no json")}});
  }

  Result<RowStream> start(std::string_view sql) {
    auto query = TRY(instance_->parse(sql));
    RunInputs inputs;
    for (const auto& table : query.tables()) inputs.sources.push_back(table.table == "docs" ? docs_.get() : emp_.get());
    inputs.viewer = {UserId("alice"), Role::user};
    return instance_->run(std::move(query), std::move(inputs));
  }
  std::string rows(std::string_view sql) {
    auto stream = start(sql);
    if (!stream.ok()) return "! " + stream.error().message;
    std::string out;
    while (true) {
      auto count = stream->append_json_rows(out);
      if (!count.ok()) return "! " + count.error().message;
      if (*count == 0) return out;
    }
  }
  // "a:BigInt b:Text"
  std::string schema(std::string_view sql) {
    auto stream = start(sql);
    if (!stream.ok()) return "! " + stream.error().message;
    std::string out;
    for (const auto& column : stream->columns()) {
      out += (out.empty() ? "" : " ") + column.name + ":" + std::string(column.type.variant_name());
    }
    return out;
  }
  void expect(std::span<const Case> cases) {
    for (const auto& [sql, expected] : cases) {
      if (expected.starts_with("! ")) {
        const auto answer = rows(sql);
        EXPECT_THAT(answer, testing::StartsWith("! ")) << "sql: " << sql;
        EXPECT_THAT(answer, HasSubstr(std::string(expected.substr(2)))) << "sql: " << sql;
      } else {
        EXPECT_EQ(rows(sql), expected) << "sql: " << sql;
      }
    }
  }

  std::unique_ptr<FixedRows> emp_;
  std::unique_ptr<FixedRows> docs_;
  std::unique_ptr<Instance> instance_;
};

// spec sql 1, types 4.1
TEST_F(Dialect, Literals) {
  const Case cases[] = {
      {"SELECT 1, 9223372036854775807, -9223372036854775808", R"(["1","9223372036854775807","-9223372036854775808"])"},
      {"SELECT 18446744073709551615", R"(["18446744073709551615"])"},
      {"SELECT 18446744073709551616, 1e3, .5, 2.5", "[1.8446744073709552e19,1000.0,0.5,2.5]"},
      {"SELECT X'00ff', 0x1F", "[[0,255],[31]]"},
      {"SELECT `id` FROM app.`emp` WHERE \"id\" = 1", "[1]"},
      {"SELECT 'it''s', E'a\\nb', $$a'b$$, 'a -- b', '/* x */'", R"(["it's","a\nb","a'b","a -- b","/* x */"])"},
      {"SELECT 1 /* a /* b */ + 1 -- c", R"(["2"])"},
      {"SELECT N'x'", "! not supported"},
      {"SELECT X'0'", "! odd number"},
      {"SELECT CAST(255 AS TINYINT UNSIGNED)", "[255]"},
      {"SELECT CAST(0.1 AS FLOAT), CAST('x' AS STRING), 1::TEXT", R"([0.10000000149011612,"x","1"])"},
      {"SELECT ARRAY[1,2,3], ['a', NULL]", R"([["1","2","3"],["a",null]])"},
  };
  expect(cases);
  EXPECT_EQ(schema("SELECT 1 AS A, 2.5 AS b, 'x' AS c, NULL AS d, true AS e, 18446744073709551615 AS f"),
            "a:BigInt b:Double c:Text d:Text e:Boolean f:Text");
}

// spec sql 12.2, conformance 83
TEST_F(Dialect, Case83_Arithmetic) {
  const Case cases[] = {
      {"SELECT 7/2, -7/2, 7%3, -7%3, 7.0/2", R"(["3","-3","1","-1",3.5])"},
      {"SELECT 1/0", "! Divide by zero error"},
      {"SELECT 1%0", "! Divide by zero error"},
      {"SELECT price/0 FROM app.emp WHERE id = 1", "! Divide by zero"},
      {"SELECT CAST(1 AS DECIMAL(5,2)) / 0", "! Divide by zero"},
      {"SELECT 1.0/0 AS inf", "! Invalid float value"},
      {"SELECT 2147483647::INT + 1::INT", "! Arrow error: Arithmetic overflow"},
      {"SELECT 9223372036854775807 + 1", "! Arrow error: Arithmetic overflow"},
      {"SELECT 9223372036854775807 * 2", "! Arrow error: Arithmetic overflow"},
      {"SELECT id + 2147483647 FROM app.emp WHERE id = 1", R"(["2147483648"])"},
      {"SELECT 5 ^ 3, 5 & 3, 5 | 3, 1 << 4, 256 >> 4", R"(["6","1","7","16","16"])"},
      {"SELECT #1", "! not allowed"},
      {"SELECT CAST('1.50' AS DECIMAL(5,2)) / CAST('0.25' AS DECIMAL(4,2))", R"(["6.000000"])"},
      {"SELECT CAST('7.5' AS DECIMAL(5,1)) % CAST('2' AS DECIMAL(5,0))", R"(["1.5"])"},
      {"SELECT salary / 2, salary * 2 FROM app.emp WHERE id = 1", "[50.25,201.0]"},
      {"SELECT id / 2 FROM app.emp WHERE id = 3", R"(["1"])"},
      {"SELECT abs(-5), round(2.345, 2), trunc(2.7), factorial(5), gcd(12, 18), signum(-3)",
       R"(["5",2.35,2.0,"120","6",-1.0])"},
      {"SELECT iszero(0), nanvl(1.0, 2.0), log(100), ln(1), pi() > 3, cot(1) > 0", "[true,1.0,2.0,0.0,true,true]"},
  };
  expect(cases);
  EXPECT_EQ(schema("SELECT id + 1 AS a, id AS b, id + id AS c, 7/2 AS d FROM app.emp"),
            "a:BigInt b:Int c:Int d:BigInt");
}

TEST_F(Dialect, Comparisons) {
  const Case cases[] = {
      {"SELECT id FROM app.emp WHERE id = '2'", "[2]"},
      {"SELECT id FROM app.emp WHERE salary > '9' ORDER BY id", "[1],[2]"},
      {"SELECT id FROM app.emp WHERE id = 'abc'", "! "},
      {"SELECT id FROM app.emp WHERE hired > '2001-01-01'", "[1]"},
      {"SELECT id FROM app.emp WHERE ts = '2001-02-03 04:05:06'", "[1]"},
      {"SELECT id FROM app.emp WHERE ts = 'abc'", "! "},
      {"SELECT id FROM app.emp WHERE u = '01020304-0506-0708-090A-0B0C0D0E0F10'", "[1]"},
      {"SELECT id FROM app.emp WHERE price = 1.50", "[1]"},
      {"SELECT id FROM app.emp WHERE price IN (-2.25, 3.0)", "[2]"},
      {"SELECT id FROM app.emp WHERE name LIKE '%d%' OR name ILIKE 'b%' ORDER BY id", "[1],[2]"},
      {R"(SELECT 'a%b' LIKE 'a\%b', 'axb' LIKE 'a\%b', 'a_' NOT LIKE 'a\_', 'A%' ILIKE 'a\%', 'a%' LIKE 'a!%' ESCAPE '!')",
       "[true,false,false,true,true]"},
      {"SELECT id FROM app.emp WHERE name ~ '^[A-B]' ORDER BY id", "[1],[2]"},
      {"SELECT 'abc' ~ 'B', 'abc' ~* 'B', 'abc' !~ 'B', 'abc' !~* 'B'", "[false,true,true,false]"},
      {"SELECT 'abc' < 'abd', 'B' < 'a', 'a' = 'A', 'a ' = 'a', '' IS NULL", "[true,true,false,false,false]"},
      {"SELECT 1 IS DISTINCT FROM NULL, NULL IS NOT DISTINCT FROM NULL", "[true,true]"},
      {"SELECT 1 NOT IN (2, NULL), 1 IN (1, NULL), 1 = ANY ([1, 2]), 3 > ALL ([1, 2])", "[null,true,true,true]"},
      {"SELECT id FROM app.emp WHERE (dept, id) = ('eng', 2)", "[2]"},
  };
  expect(cases);
}

// spec sql 12.2; golden sql-order-limit
TEST_F(Dialect, OrderOfNulls) {
  const Case cases[] = {
      {"SELECT id FROM app.emp ORDER BY dept, id", "[1],[2],[3]"},
      {"SELECT id FROM app.emp ORDER BY dept DESC, id", "[3],[1],[2]"},
      {"SELECT id FROM app.emp ORDER BY dept NULLS FIRST, id", "[3],[1],[2]"},
      {"SELECT id FROM app.emp ORDER BY salary DESC NULLS LAST", "[1],[2],[3]"},
      {"SELECT id, row_number() OVER (ORDER BY salary DESC) FROM app.emp ORDER BY id", R"([1,"2"],[2,"3"],[3,"1"])"},
      {"SELECT name, id FROM app.emp ORDER BY 2 DESC LIMIT 1 + 1", R"(["Cy",3],["Bob",2])"},
      {"SELECT id FROM app.emp ORDER BY id LIMIT -1", "! "},
      {"SELECT id FROM app.emp ORDER BY id LIMIT 'x'", "! "},
      {"SELECT id FROM app.emp ORDER BY 9", "! "},
      {"SELECT dept, count(*) FROM app.emp GROUP BY 1 ORDER BY 1", R"(["eng","2"],[null,"1"])"},
  };
  expect(cases);
}

TEST_F(Dialect, AggregatesAndWindows) {
  const Case cases[] = {
      {"SELECT count(*), sum(id), avg(id), min(id), max(id) FROM app.emp WHERE false", R"(["0",null,null,null,null])"},
      {"SELECT sum(id), avg(id), sum(salary), sum(id + 1), sum(9223372036854775807) FILTER (WHERE id = 1) FROM app.emp",
       R"(["6",2.0,180.5,"9","9223372036854775807"])"},
      {"SELECT sum(price), avg(price) FROM app.emp", R"(["-0.75","-0.375000"])"},
      {"SELECT sum(9223372036854775807) FROM app.emp", "! Arithmetic overflow"},
      {"SELECT mean(id), median(salary), bool_and(id > 0), bit_or(id), string_agg(name, ',' ORDER BY id) FROM app.emp",
       R"([2.0,90.25,true,3,"Ada,Bob,Cy"])"},
      {"SELECT first_value(name ORDER BY id DESC), last_value(name ORDER BY id DESC), array_agg(id ORDER BY id) "
       "FROM app.emp",
       R"(["Cy","Ada",[1,2,3]])"},
      {"SELECT stddev_samp(id), var(id), var_pop(id) > 0, approx_distinct(dept), approx_median(id) FROM app.emp",
       R"([1.0,1.0,true,"1",2.0])"},
      {"SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY salary), approx_percentile_cont(salary, 0.5) FROM app.emp",
       "[90.25,90.25]"},
      {"SELECT id, sum(id) OVER (ORDER BY id), lag(id) OVER (ORDER BY id), rank() OVER (ORDER BY dept), "
       "first_value(name) OVER (ORDER BY id), nth_value(name, 2) OVER (ORDER BY id) FROM app.emp ORDER BY id",
       R"([1,"1",null,"1","Ada",null],[2,"3",1,"1","Ada","Bob"],[3,"6",2,"3","Ada","Bob"])"},
      {"SELECT dept, grouping(dept) FROM app.emp GROUP BY ROLLUP (dept) ORDER BY 2, 1",
       R"(["eng","0"],[null,"0"],[null,"1"])"},
      {"SELECT count(DISTINCT dept) FROM app.emp", R"(["1"])"},
  };
  expect(cases);
  EXPECT_EQ(schema("SELECT row_number() OVER () AS a, sum(id) AS b, sum(price) AS c, avg(id) AS d, count(*) AS e, "
                   "approx_distinct(id) AS f FROM app.emp GROUP BY id"),
            "a:Text b:BigInt c:Decimal d:Double e:BigInt f:Text");
}

// spec sql 12.2: names of unaliased columns
TEST_F(Dialect, NamesOfColumns) {
  EXPECT_EQ(schema("SELECT COUNT(*), Max(Salary) AS M, NULL, 1 FROM app.emp"),
            "count(*):BigInt m:Double NULL:Text Int64(1):BigInt");
  EXPECT_EQ(schema("SELECT CURRENT_USER(), CURRENT_ROLE"), "kdb_current_user():Text kdb_current_role():Text");
  EXPECT_EQ(schema("SELECT ID, \"Mixed\" FROM (SELECT id, 1 AS \"Mixed\" FROM app.emp)"), "id:Int Mixed:BigInt");
  EXPECT_EQ(schema("SELECT Upper(Name) FROM app.emp"), "upper(\"name\"):Text");
  const Case cases[] = {
      {"SELECT 1 AS a, 2 AS a", "! Projections require unique expression names"},
      {"SELECT id, id FROM app.emp", "! Projections require unique expression names"},
      {"SELECT e.name, e.* FROM app.emp e WHERE e.id = 99", "! Projections require unique expression names"},
      {"SELECT a.id, b.id FROM app.emp a JOIN app.emp b ON a.id = b.id WHERE a.id = 1", "[1,1]"},
  };
  expect(cases);
}

// golden sql-fn-string
TEST_F(Dialect, Texts) {
  const Case cases[] = {
      {"SELECT upper('abc'), lower('ABC'), initcap('hello wORLD')", R"(["ABC","abc","Hello World"])"},
      {"SELECT length('héllo'), char_length('abc'), character_length('é'), octet_length('é'), bit_length('ab')",
       "[5,3,1,2,16]"},
      {"SELECT trim('  a '), ltrim('xxay','x'), rtrim('ayy','y'), btrim('xax','x')", R"(["a","ay","a","a"])"},
      {"SELECT trim(BOTH 'x' FROM 'xax'), trim(LEADING 'x' FROM 'xax')", R"(["a","ax"])"},
      {"SELECT concat('a', NULL, 'b', 3), concat_ws('-', 'a', NULL, 'b'), 'a' || NULL, 'a' || 1",
       R"(["ab3","a-b",null,"a1"])"},
      {"SELECT substr('hello', 2, 3), substring('hello' FROM 2 FOR 2), substring('hello', 3)", R"(["ell","el","llo"])"},
      {"SELECT position('lo' IN 'hello')", "[4]"},
      {"SELECT left('hello', 2), right('hello', 2), left('hello', -2), right('hello', -3)",
       R"(["he","lo","hel","lo"])"},
      {"SELECT replace('aXbX','X','-'), translate('abc','ab','xy'), reverse('abc'), repeat('ab', 3)",
       R"(["a-b-","xyc","cba","ababab"])"},
      {"SELECT overlay('abcdef' PLACING 'ZZ' FROM 2 FOR 3)", R"(["aZZef"])"},
      {"SELECT split_part('a,b,c', ',', 2), split_part('a,b', ',', 5), split_part('a,b,c', ',', -1)",
       R"(["b","","c"])"},
      {"SELECT strpos('hello','l'), strpos('hello',''), instr('hello','z'), find_in_set('b','a,b,c'), "
       "substr_index('a.b.c','.',2)",
       R"([3,1,0,2,"a.b"])"},
      {"SELECT lpad('7',3,'0'), rpad('7',3,'*'), lpad('abcdef',3), lpad('', 2, 'x'), repeat('a', -1)",
       R"(["007","7**","abc","xx",""])"},
      {"SELECT ascii('A'), chr(66), to_hex(255)", R"([65,"B","ff"])"},
      {"SELECT starts_with('hello','he'), ends_with('hello','lo'), contains('hello','ell')", "[true,true,true]"},
      {"SELECT levenshtein('kitten','sitting'), length(uuid())", "[3,36]"},
      {"SELECT regexp_like('abc','B','i'), regexp_replace('abcabc','b','X'), regexp_replace('abcabc','b','X','g')",
       R"([true,"aXcabc","aXcaXc"])"},
      {"SELECT regexp_count('aXbX','X'), regexp_match('abc123','[0-9]+'), regexp_instr('abc1','[0-9]'), "
       "regexp_match('ab12', '([a-z]+)([0-9]+)')",
       R"(["2",["123"],"4",["ab","12"]])"},
      {"SELECT regexp_like('a','[')", "! "},
      {"SELECT encode('abc','base64'), encode('abc','hex'), encode('a','base64')", R"(["YWJj","616263","YQ"])"},
      {"SELECT decode('616263','hex'), decode('YWJj','base64'), decode('YQ','base64')", "[[97,98,99],[97,98,99],[97]]"},
      {"SELECT decode('zz','hex')", "! Failed to decode value using hex"},
      {"SELECT upper(NULL), length(NULL)", "[null,null]"},
      {"SELECT upper(5)", "! "},
      {"SELECT upper('a','b')", "! "},
      {"SELECT length()", "! "},
      {"SELECT md5('abc')", "! Invalid function 'md5'."},
      {"SELECT nosuchfn('abc')", "! Invalid function 'nosuchfn'."},
  };
  expect(cases);
  EXPECT_EQ(schema("SELECT strpos('a','b') AS a, find_in_set('a','b') AS b, regexp_count('a','b') AS c"),
            "a:Int b:Int c:BigInt");
}

TEST_F(Dialect, ChoicesAndLists) {
  const Case cases[] = {
      {"SELECT coalesce(NULL, NULL, 'x'), nullif('a','a'), nullif(1,2), nvl(NULL, 5), ifnull(NULL, 6), nvl2(1,'y','n')",
       R"(["x",null,"1","5","6","y"])"},
      {"SELECT greatest(1, 5, 3), least('b','a'), greatest(1, NULL)", R"(["5","a","1"])"},
      {"SELECT make_array(1, 2), array_length(make_array(1,2)), cardinality([1]), array_position(['a','b'], 'b')",
       R"([["1","2"],"2","1","2"])"},
      {"SELECT string_to_array('a,b,,c', ','), array_to_string(make_array('a','b',NULL), '-')",
       R"([["a","b","","c"],"a-b"])"},
      {"SELECT array_append([1], 2), array_prepend(0, [1]), array_concat([1],[2]), array_has([1,2], 2)",
       R"([["1","2"],["0","1"],["1","2"],true])"},
      {"SELECT array_remove([1,2,1], 1), array_replace([1,2,1], 1, 9), array_positions([1,2,1], 1)",
       R"([["2","1"],["9","2","1"],["1","3"]])"},
      {"SELECT array_repeat('a', 2), array_resize([1], 2, 7), range(1, 4), generate_series(1, 4)",
       R"([["a","a"],["1","7"],["1","2","3"],["1","2","3","4"]])"},
      {"SELECT array_except([1,2], [2]), array_sort(array_union([1],[2])), array_intersect([1,2],[2]), empty([1])",
       R"([["1"],["1","2"],["2"],false])"},
      {"SELECT array_max([1,3]), array_min([3,1]), array_element([5,6], 2), array_reverse([1,2]), flatten([[1],[2]])",
       R"(["3","1","6",["2","1"],["1","2"]])"},
      {"SELECT array_slice([1,2,3], 2, 3), array_distinct([1,1]), array_has_all([1,2],[1]), "
       "array_distance([1,2],[1,4])",
       R"([["2","3"],["1"],true,2.0])"},
      {"SELECT map_keys(map(['a'],[1])), map_extract(map(['a'],[1]), 'a')", R"([["a"],["1"]])"},
      {"SELECT * FROM generate_series(1, 3)", R"(["1"],["2"],["3"])"},
      {"SELECT value FROM range(1, 10, 4)", R"(["1"],["5"],["9"])"},
      {"SELECT unnest(make_array(1,2)) AS u", R"(["1"],["2"])"},
      {"SELECT * FROM unnest(make_array('a','b'))", R"(["a"],["b"])"},
      {"SELECT version() IS NOT NULL", "[true]"},
      {"SELECT INTERVAL '1 day'", "! Unsupported ScalarValue conversion to JSON"},
      {"SELECT {'a': 1}", "! Unsupported ScalarValue conversion to JSON"},
      {"SELECT map(['a'],[1])", "! Unsupported ScalarValue conversion to JSON"},
  };
  expect(cases);
  EXPECT_EQ(schema("SELECT value FROM generate_series(1, 3)"), "value:BigInt");
  EXPECT_EQ(schema("SELECT array_length([1]) AS a, array_position([1], 1) AS b"), "a:Text b:Text");
}

// golden sql-fn-date
TEST_F(Dialect, Times) {
  const Case cases[] = {
      {"SELECT DATE '2001-02-03', TIMESTAMP '2001-02-03 04:05:06', TIME '04:05:06', '1960-01-01 00:00:00'::TIMESTAMP",
       "[11356,981173106000000,14706000000,-315619200000000]"},
      {"SELECT DATE '2001-02-03' + INTERVAL '1 month', DATE '2001-03-01' - INTERVAL '1 day', DATE '2001-02-03' + 1",
       "[11384,11381,11357]"},
      {"SELECT TIMESTAMP '2001-01-31 00:00:00' + INTERVAL '1 day 2 hours'", "[980992800000000]"},
      {"SELECT DATE '2001-03-01' - DATE '2001-02-01'", R"(["28"])"},
      {"SELECT extract(year FROM DATE '2001-02-03'), extract(hour FROM TIMESTAMP '2001-02-03 04:05:06')", "[2001,4]"},
      {"SELECT date_part('dow', DATE '2001-02-03'), date_part('doy', DATE '2001-02-03'), "
       "date_part('week', DATE '2001-02-03'), date_part('second', ts) FROM app.emp WHERE id = 1",
       "[6,34,5,6]"},
      {"SELECT date_part('epoch', TIMESTAMP '2001-02-03 04:05:06')", "[981173106.0]"},
      {"SELECT date_trunc('month', ts), date_trunc('week', ts) FROM app.emp WHERE id = 1",
       "[980985600000000,980726400000000]"},
      {"SELECT date_bin(INTERVAL '15 minutes', TIMESTAMP '2001-02-03 04:22:06', TIMESTAMP '2001-01-01 00:00:00')",
       "[981173700000000]"},
      {"SELECT to_date('2001-02-03'), make_date(2001, 2, 3)", "[11356,11356]"},
      {"SELECT to_timestamp('2001-02-03 04:05:06'), to_timestamp(981173106), to_timestamp_seconds(981173106), "
       "to_timestamp_millis(981173106000), to_timestamp_micros(981173106000000), from_unixtime(981173106)",
       "[981173106000000,981173106000000,981173106000000,981173106000000,981173106000000,981173106000000]"},
      {"SELECT to_unixtime('2001-02-03 04:05:06')", R"(["981173106"])"},
      {"SELECT to_char(TIMESTAMP '2001-02-03 04:05:06', '%Y/%m/%d %H:%M'), date_format(DATE '2001-02-03', '%d.%m.%Y')",
       R"(["2001/02/03 04:05","03.02.2001"])"},
      {"SELECT to_timestamp('03/02/2001 00:00', '%d/%m/%Y %H:%M')", "[981158400000000]"},
      {"SELECT to_timestamp('nonsense')", "! "},
      {"SELECT DATE '2001-13-01'", "! "},
      {"SELECT CAST('2001-02-30' AS DATE)", "! "},
      {"SELECT now() > TIMESTAMP '2001-01-01 00:00:00', current_date > DATE '2001-01-01', now() = now(), "
       "current_timestamp IS NOT NULL, current_time IS NOT NULL, today() = current_date",
       "[true,true,true,true,true,true]"},
      {"SELECT CAST(DATE '2001-02-03' AS TIMESTAMP), CAST(DATE '2001-02-03' AS TEXT), CAST(TIME '04:05:06' AS TEXT)",
       R"([981158400000000,"2001-02-03","04:05:06"])"},
      {"SELECT '2001-02-03T04:05:06+02:00'::TIMESTAMP, TIMESTAMP '2001-02-03T04:05:06Z'",
       "[981165906000000,981173106000000]"},
      {"SELECT date_part('nosuch', now())", "! "},
      {"SELECT date_trunc('nosuch', now())", "! "},
      {"SELECT ts < now() - INTERVAL '1 day' FROM app.emp WHERE id = 1", "[true]"},
  };
  expect(cases);
  EXPECT_EQ(
      schema("SELECT now() AS a, current_date AS b, current_time AS c, DATE '2001-02-03' + INTERVAL '1 day' AS d, "
             "date_part('day', now()) AS e, to_timestamp(1) AS f"),
      "a:Timestamp b:Date c:Time d:Date e:Int f:Timestamp");
}

// spec sql 13.2, conformance 94
TEST_F(Dialect, Case94_Json) {
  const Case cases[] = {
      {"SELECT j->>'t', j->'a'->>'b', json_get_int(j,'a','b'), json_length(j,'t'), j ? 'a', json_get_str(j,'t',1) "
       "FROM app.docs ORDER BY id",
       R"(["[\"x\",\"y\"]","7","7","2",true,"y"],[null,null,null,null,false,null],[null,null,null,null,false,null])"},
      {"SELECT id FROM app.docs WHERE j->'a'->>'b' = '7' AND j->>'ok' = 'true'", "[1]"},
      {"SELECT json_get_float(j,'f'), json_get_bool(j,'ok'), json_get(j,'a'), json_get_array(j,'t'), "
       "json_as_text(j,'f'), json_get_json(j, 'n'), json_as_text(j, 'n') FROM app.docs WHERE id = 1",
       R"([1.5,true,"{\"b\":7}",["\"x\"","\"y\""],"1.5","null",null])"},
      {"SELECT json_contains(j,'t',0), json_contains(j,'t',2), json_contains(NULL, 'a'), json_contains('nope', 'a') "
       "FROM app.docs WHERE id = 1",
       "[true,false,false,false]"},
      {"SELECT json_object_keys(j), json_length(j), j->'t'->0, j->'t'->>1 FROM app.docs WHERE id = 1",
       R"([["a","t","f","ok","n"],"5","\"x\"","y"])"},
      {"SELECT json_get_int('[1,2.5,\"3\"]', 0), json_get_int('[1,2.5,\"3\"]', 1), json_get_int('[1,2.5,\"3\"]', 2)",
       R"(["1",null,null])"},
  };
  expect(cases);
  EXPECT_EQ(schema("SELECT json_length('[]') AS a, json_get_int('[]', 1) AS b, '[]' ? 'a' AS c"),
            "a:Text b:BigInt c:Boolean");
}

// spec sql 13.1, conformance 91 to 93
TEST_F(Dialect, Case91_FunctionsOfTheSession) {
  const Case cases[] = {
      {"SELECT 'current_user' AS x, CURRENT_USER() AS me, CURRENT_USER AS me2, CURRENT_ROLE() AS r, CURRENT_ROLE AS s",
       R"(["current_user","alice","alice","user","user"])"},
      {"SELECT CURRENT_USER_ID() AS a, KDB_CURRENT_USER() AS b, KDB_CURRENT_ROLE() AS c",
       R"(["alice","alice","user"])"},
      {"SELECT count(*) FROM app.emp WHERE CURRENT_USER() = 'alice'", R"(["3"])"},
      {"SELECT CURRENT_USER(1)", "! "},
      {"SELECT current_schema", "! No field named"},
      {"SELECT session_user", "! No field named"},
  };
  expect(cases);
}

TEST_F(Dialect, Case92_IdsOfEachRow) {
  const Case cases[] = {
      {"SELECT count(DISTINCT UUID_V7()), count(DISTINCT ULID()), count(DISTINCT SNOWFLAKE_ID()) FROM app.emp",
       R"(["3","3","3"])"},
      {"SELECT left(right(UUID_V7(), 22), 1), regexp_like(ULID(), '^[0-9A-HJKMNP-TV-Z]{26}$'), SNOWFLAKE_ID() > 0",
       R"(["7",true,true])"},
      {"SELECT bool_and(s > p) FROM (SELECT s, lag(s, 1, 0) OVER (ORDER BY n) AS p FROM "
       "(SELECT n, SNOWFLAKE_ID() AS s FROM range(3000) t(n)))",
       "[true]"},
      {"SELECT SNOWFLAKE_ID(1)", "! "},
      {"SELECT UUID_V7(1)", "! "},
      {"SELECT ULID('x')", "! "},
  };
  expect(cases);
}

TEST_F(Dialect, Case93_CosineDistance) {
  const Case cases[] = {
      {"SELECT id, COSINE_DISTANCE(v,'[1,0,0]') FROM app.docs ORDER BY id", "[1,0.0],[2,1.0],[3,null]"},
      {"SELECT id FROM app.docs ORDER BY COSINE_DISTANCE(v,'[0,1,0]') LIMIT 1", "[2]"},
      {"SELECT id FROM app.docs WHERE COSINE_DISTANCE(v,'[1,0,0]') < 0.5", "[1]"},
      {"SELECT COSINE_DISTANCE(v,'[1,0]') FROM app.docs",
       "! COSINE_DISTANCE() dimension mismatch: row has 3, query has 2"},
      {"SELECT COSINE_DISTANCE(v, NULL) FROM app.docs", "! COSINE_DISTANCE() query vector cannot be NULL"},
      {"SELECT COSINE_DISTANCE(v, '[]') FROM app.docs", "! COSINE_DISTANCE() query vector cannot be empty"},
      {"SELECT COSINE_DISTANCE(v, 'abc') FROM app.docs", "! COSINE_DISTANCE() failed to parse JSON query vector"},
      {"SELECT COSINE_DISTANCE(id, '[1]') FROM app.docs",
       "! COSINE_DISTANCE() vector argument must be a list, got Int32"},
      {"SELECT COSINE_DISTANCE(v) FROM app.docs", "! "},
      {"SELECT COSINE_DISTANCE(v, '[0,0,0]') FROM app.docs WHERE id = 1", "[1.0]"},
      {"SELECT COSINE_DISTANCE(v, make_array(1.0, 0.0, 0.0)) FROM app.docs WHERE id <= 2 ORDER BY id", "[0.0],[1.0]"},
      {"SELECT COSINE_DISTANCE('[1,0]','[0,1]'), COSINE_DISTANCE([1, NULL], '[0,1]')", "[1.0,1.0]"},
  };
  expect(cases);
  EXPECT_EQ(schema("SELECT COSINE_DISTANCE(v,'[1,0,0]') AS d FROM app.docs"), "d:Float");
}

// spec sql 12.5
TEST_F(Dialect, ErrorsOfNamesAndSyntax) {
  struct Failure {
    std::string_view sql;
    ErrorCode code;
    std::string_view message;
  };
  const Failure cases[] = {
      {"SELECT nosuch FROM app.emp", ErrorCode::invalid_operation, "No field named nosuch"},
      {"SELECT emp.name FROM app.emp e", ErrorCode::invalid_operation, "No field named emp"},
      {"SELECT e.nosuch FROM app.emp e", ErrorCode::invalid_operation, "No field named e.nosuch"},
      {"SELECT id FROM app.emp ORDER BY nosuch", ErrorCode::invalid_operation, "No field named nosuch"},
      {"SELECT id FROM app.emp a, app.emp b", ErrorCode::invalid_operation, "Ambiguous"},
      {"SELECT nofunc(1)", ErrorCode::invalid_input, "Invalid function 'nofunc'."},
      {"SELECT * FROM read_csv('/etc/passwd')", ErrorCode::not_found, "table function 'read_csv' not found"},
      {"SELECT (1", ErrorCode::invalid_input, "parser error: syntax error"},
      {"SELECT FROM WHERE", ErrorCode::invalid_input, "parser error"},
      {"SELECT * INTO app.copy FROM app.emp", ErrorCode::not_supported, "Unsupported statement type: SELECT INTO"},
      {"SELECT id FROM app.emp WHERE id = 1 FOR UPDATE", ErrorCode::invalid_input, ""},
      {"SELECT id FROM app.emp TABLESAMPLE SYSTEM (10)", ErrorCode::not_supported, "TABLESAMPLE"},
      {"SELECT id FROM app.emp USING SAMPLE 10", ErrorCode::not_supported, "TABLESAMPLE"},
      {"SELECT (SELECT id FROM app.emp)", ErrorCode::invalid_input, ""},
      {"SELECT $1", ErrorCode::invalid_input, "$1"},
  };
  for (const auto& [sql, code, message] : cases) {
    auto stream = start(sql);
    std::string out;
    auto count = stream.ok() ? stream->append_json_rows(out) : Result<size_t>(stream.error());
    ASSERT_FALSE(count.ok()) << "sql: " << sql << " gives " << out;
    EXPECT_EQ(count.error().code, code) << "sql: " << sql << ": " << count.error();
    EXPECT_THAT(count.error().message, HasSubstr(std::string(message))) << "sql: " << sql;
    EXPECT_THAT(count.error().message, Not(HasSubstr("LINE 1"))) << "sql: " << sql;
    EXPECT_THAT(count.error().message, Not(HasSubstr("kalam_"))) << "sql: " << sql;
  }
}

}  // namespace
}  // namespace kalam::duck
